import { applyDecorators } from '@nestjs/common';
import { ValidatorConstraint, Validate, type ValidationArguments } from 'class-validator';
import { charactersIn } from '#rules/values/characters.js';
import { passwordProblem, type CommonPasswords } from '#rules/access/password.js';
import { TextField } from '../fields/fields.js';

/** Limits of a new password. argon2 has no limit of 72 bytes, unlike bcrypt. */
export const PASSWORD = { min: 10, max: 200, example: 'correct horse battery' } as const;

/** Accepts a new password. Rejects the commonest ones, which attackers try first. */
export function NewPasswordField(): PropertyDecorator {
  const description = '10 characters or more, and none of the commonest passwords (docs/security.md).';
  return applyDecorators(TextField({ ...PASSWORD, description }), Validate(NotCommon));
}

@ValidatorConstraint({ name: 'notCommon', async: true })
class NotCommon {
  private known: CommonPasswords = new Map();

  /** Returns true also for a value that is too short or no text, since the other checks reject it. */
  async validate(value: unknown): Promise<boolean> {
    if (typeof value !== 'string' || charactersIn(value) < PASSWORD.min) return true;
    this.known = await commonPasswords();
    return passwordProblem(value, this.known) === null;
  }

  defaultMessage({ property, value }: ValidationArguments): string {
    return `${property} ${passwordProblem(String(value), this.known)}`;
  }
}

let loaded: Promise<CommonPasswords> | undefined;

/**
 * Returns the commonest passwords, some 50,000, from the package zxcvbn-ts. They are read when the first password is
 * set, since most processes never need them.
 */
export function commonPasswords(): Promise<CommonPasswords> {
  return (loaded ??= load());
}

async function load(): Promise<CommonPasswords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Map(dictionary['passwords-common'].map((password, rank) => [password.normalize('NFKC'), rank]));
}
