import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { isEmailAddress, LONGEST_EMAIL, normalEmail } from '#rules/lead/email.js';
import { TextField } from './fields.js';

export const EMAIL = { max: LONGEST_EMAIL, example: 'ops@example.com' } as const;

/** The email of a contact: kept as it was given, since nothing is looked up or decided by it. */
export function EmailField(options: Parameters<typeof TextField>[0]): PropertyDecorator {
  return applyDecorators(TextField(options), IsEmailAddress());
}

/** The email of an account that is to be made: an address, in its one form. */
export function AccountEmailField(options: Parameters<typeof TextField>[0]): PropertyDecorator {
  return applyDecorators(TypedEmailField(options), IsEmailAddress());
}

/** Accepts the email by which an account is looked up, and normalizes it. Text that is no email matches no account. */
export function TypedEmailField(options: Parameters<typeof TextField>[0]): PropertyDecorator {
  return applyDecorators(
    TextField(options),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalEmail(value) : value)),
  );
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
