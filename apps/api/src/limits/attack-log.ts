import { Logger } from '@nestjs/common';
import { currentActor } from '#database/connection/actor.js';

/** Signs of an attack, by the names that they have in the log. */
export type AttackSign =
  | 'login_failed'
  | 'login_locked'
  | 'password_guess_failed'
  | 'password_guess_locked'
  | 'setup_token_failed'
  | 'setup_token_locked'
  | 'forged_token'
  | 'forged_webhook'
  | 'refresh_token_reused';

const logger = new Logger('Attack');

/**
 * Writes one line per sign, with the address that it came from. `account` is a hash of the email as in `rate_limits`,
 * or the id of a user. The email itself is never logged.
 */
export function logAttack(
  sign: AttackSign,
  { account = null, ip }: { account?: string | null; ip?: string } = {},
): void {
  const actor = currentActor();
  logger.warn({ attack: sign, address: ip ?? actor.ip, account, request_id: actor.requestId });
}
