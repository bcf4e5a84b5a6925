import { ValidateBy } from 'class-validator';
import { isStorable } from '#rules/values/storable.js';

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
