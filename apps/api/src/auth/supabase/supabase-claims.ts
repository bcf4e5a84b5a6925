import { LONGEST_EMAIL, normalEmail, type NormalEmail } from '#rules/lead/email.js';
import { isStorable } from '#rules/values/storable.js';
import { InvalidToken } from './invalid-token.js';
import { isUuid } from '#runtime/uuid.js';

/** Claims of a token of Supabase Auth that Outdial uses: https://supabase.com/docs/guides/auth/jwt-fields */
export interface SupabaseClaims {
  readonly userId: string;
  readonly email: NormalEmail;
  /** Written by the project alone, unlike `user_metadata`, which users write themselves. */
  readonly appMetadata: Readonly<Record<string, unknown>>;
  /** Names to show; nothing is decided by them. */
  readonly userMetadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads the claims of a signed-in user. A valid signature is not enough. The public anon key and the service key are
 * tokens that are signed with the same secret.
 * @throws InvalidToken for a token that is not of a signed-in user.
 */
export function readClaims(payload: Readonly<Record<string, unknown>>): SupabaseClaims {
  const { sub, email, role, is_anonymous: isAnonymous } = payload;
  if (role !== 'authenticated' || isAnonymous === true) throw new InvalidToken();
  if (!isUuid(sub)) throw new InvalidToken();
  if (!isUsable(email)) throw new InvalidToken();
  return {
    userId: sub.toLowerCase(),
    email: normalEmail(email),
    appMetadata: objectOf(payload['app_metadata']),
    userMetadata: objectOf(payload['user_metadata']),
  };
}

function isUsable(email: unknown): email is string {
  return typeof email === 'string' && email !== '' && email.length <= LONGEST_EMAIL && isStorable(email);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
