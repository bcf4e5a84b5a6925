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

/** Deeper nesting than any form has is refused rather than walked. */
const MAX_DEPTH = 20;

export function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner, depth + 1));
}
