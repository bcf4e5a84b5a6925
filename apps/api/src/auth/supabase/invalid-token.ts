import { ServiceAway } from '../../errors/service-away.js';

/** The token is none that is accepted; why is nobody's business who shows it. */
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
