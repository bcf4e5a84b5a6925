import { applyDecorators } from '@nestjs/common';
import { ValidatorConstraint, Validate, type ValidationArguments } from 'class-validator';
import { charactersIn } from '#rules/values/characters.js';
import { passwordProblem, type CommonPasswords } from '#rules/access/password.js';
import { TextField } from '../fields/fields.js';
import { commonPasswords } from './common-passwords.js';

/** 72 bytes is no limit of argon2, a long password is. */
export const PASSWORD = { min: 10, max: 200, example: 'correct horse battery' } as const;

/** A password that somebody chooses; what is tried first is refused. */
export function NewPasswordField(): PropertyDecorator {
  const description = '10 characters or more, and none of the commonest passwords (docs/security.md).';
  return applyDecorators(TextField({ ...PASSWORD, description }), Validate(NotCommon));
}

@ValidatorConstraint({ name: 'notCommon', async: true })
class NotCommon {
  private known: CommonPasswords = new Map();

  /** Leaves what is too short or no text to the other checks. */
  async validate(value: unknown): Promise<boolean> {
    if (typeof value !== 'string' || charactersIn(value) < PASSWORD.min) return true;
    this.known = await commonPasswords();
    return passwordProblem(value, this.known) === null;
  }

  defaultMessage({ property, value }: ValidationArguments): string {
    return `${property} ${passwordProblem(String(value), this.known)}`;
  }
}
