import { ValidateBy } from 'class-validator';

/** PostgreSQL stores neither a NUL nor half a surrogate pair, in text as in jsonb. */
export function Storable(): PropertyDecorator {
  return ValidateBy({
    name: 'storable',
    validator: {
      validate: (value: unknown) => isStorable(value),
      defaultMessage: () => 'must not contain NUL characters or broken Unicode',
    },
  });
}

export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}
