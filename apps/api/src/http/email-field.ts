import { applyDecorators } from '@nestjs/common';
import { isEmail, ValidateBy } from 'class-validator';
import { TextField } from './fields.js';
import { isStorable } from './storable.js';

/** RFC 5321 allows 254 characters. */
export const EMAIL = { max: 254, example: 'ops@example.com' } as const;

export function EmailField(options: Parameters<typeof TextField>[0]): PropertyDecorator {
  return applyDecorators(TextField(options), IsEmailAddress());
}

/** The library's own check throws at half a surrogate pair. */
function IsEmailAddress(): PropertyDecorator {
  return ValidateBy({
    name: 'isEmail',
    validator: {
      validate: (value: unknown) => isStorable(value) && isEmail(value),
      defaultMessage: () => 'must be an email address',
    },
  });
}
