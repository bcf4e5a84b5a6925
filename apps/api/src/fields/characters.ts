import { ValidateBy } from 'class-validator';
import { charactersIn } from '#rules/values/characters.js';

/** Allows texts of so many characters as PostgreSQL counts them; class-validator counts an emoji's selector as none. */
export function MaxCharacters(max: number): PropertyDecorator {
  return ValidateBy({
    name: 'maxLength',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && charactersIn(value) <= max,
      defaultMessage: () => `must be shorter than or equal to ${max} characters`,
    },
  });
}

export function MinCharacters(min: number): PropertyDecorator {
  return ValidateBy({
    name: 'minLength',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && charactersIn(value) >= min,
      defaultMessage: () => `must be longer than or equal to ${min} characters`,
    },
  });
}
