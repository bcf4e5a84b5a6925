import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { Batcher } from '#runtime/batcher.js';
import { isUuid } from '#runtime/uuid.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { reserveTurns } from './reserve-turns.js';

const BATCH_SIZE = 500;

/** Shortest wait before a job without a turn asks again. */
const LEAST_PAUSE_MS = 20;

/**
 * Longest delay with which a job may use its turn. Other calls have been placed by then, so a later job reserves
 * another turn.
 */
const MOST_LATE_MS = 1_000;

/**
 * Turn in which a dialer job may be placed. `isReserved`: the turn is the job's own; otherwise the job asks again after
 * the wait.
 */
export interface PlacingTurn {
  readonly waitMs: number;
  readonly isReserved: boolean;
  /** End of the turn, by `performance.now()`. */
  readonly endsAt: number;
}

/** Turn of a job whose route has no limit of calls per second. */
const AT_ONCE: PlacingTurn = { waitMs: 0, isReserved: true, endsAt: Infinity };

/**
 * Keeps all workers together within the calls per second of each route. A job never waits here: its caller waits and
 * comes back.
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
