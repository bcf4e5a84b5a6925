import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { reserveTurns } from '#database/statements/engine/place/reserve-turns.js';
import { Batcher } from '#runtime/batcher.js';
import { isUuid } from '../routes/job-campaigns.js';
import { RouteResolver } from '../routes/route-resolver.js';

const BATCH_SIZE = 500;

/** One that has none to come back for in a moment shall not ask all the time. */
const LEAST_PAUSE_MS = 20;

/** Others have been placed since: whoever comes later than this after a turn takes another one. */
const MOST_LATE_MS = 1_000;

/** When a dialer job may be placed; `isTaken`: that turn is its own, else it asks again then. */
export interface PlacingTurn {
  readonly waitMs: number;
  readonly isReserved: boolean;
  /** Until when the turn is still good, by `performance.now()`. */
  readonly endsAt: number;
}

/** Over a line that has no pace. */
const AT_ONCE: PlacingTurn = { waitMs: 0, isReserved: true, endsAt: Infinity };

/**
 * Holds all workers together to the calls per second of each line. Nobody waits here: whoever is told to comes back.
 */
@Injectable()
export class Pacer {
  private readonly turns = new Batcher((ids: string[]) => acrossTenants(() => this.reserve(ids)), {
    maxItems: BATCH_SIZE,
    isNotRetryable: () => true,
  });

  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
  ) {}

  async turnOf(dialerJobId: string): Promise<PlacingTurn> {
    return this.routes.arePaced && isUuid(dialerJobId) ? this.turns.submit(dialerJobId) : AT_ONCE;
  }

  private async reserve(dialerJobIds: string[]): Promise<PlacingTurn[]> {
    const own = { name: this.routes.own.provider.name, callsPerSecond: this.routes.ownPace };
    const askedAt = performance.now();
    const turns = await reserveTurns(this.database, { dialerJobIds, own });
    const byId = new Map(turns.map((turn) => [turn.dialer_job_id, turn]));
    return dialerJobIds.map((id) => {
      const turn = byId.get(id);
      if (!turn) return AT_ONCE;
      const { is_reserved: isReserved, wait_ms } = turn;
      const waitMs = isReserved ? wait_ms : Math.max(LEAST_PAUSE_MS, wait_ms);
      return { isReserved, waitMs, endsAt: askedAt + waitMs + MOST_LATE_MS };
    });
  }
}
