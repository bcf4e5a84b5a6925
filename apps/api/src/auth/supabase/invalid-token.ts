import { ServiceAway } from '../../errors/service-away.js';

/** Error for a token that is not accepted. It gives no reason, since the client may be an attacker. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** Error for a token that cannot be judged now, since the keys that verify it cannot be fetched. */
export class KeysOutOfReach extends ServiceAway {
  override readonly name = 'KeysOutOfReach';

  constructor(cause: unknown) {
    super('The keys of Supabase Auth are out of reach for the moment; try again', { cause });
  }
}
