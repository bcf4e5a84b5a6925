import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { isEmailAddress, LONGEST_EMAIL } from '#rules/email.js';
import { TextField } from './fields.js';

export const EMAIL = { max: LONGEST_EMAIL, example: 'ops@example.com' } as const;

export function EmailField(options: Parameters<typeof TextField>[0]): PropertyDecorator {
  return applyDecorators(TextField(options), IsEmailAddress());
}

function IsEmailAddress(): PropertyDecorator {
  return ValidateBy({
    name: 'isEmail',
    validator: {
      validate: isEmailAddress,
      defaultMessage: () => 'must be an email address',
    },
  });
}
