import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { takeTurns } from '#database/statements/engine/place/reserve-turns.js';
import { Batcher } from '#runtime/batcher.js';
import { isUuid } from '../routes/job-campaigns.js';
import { Lines } from '../routes/route-resolver.js';

const BATCH_SIZE = 500;

/** One that has none to come back for in a moment shall not ask all the time. */
const LEAST_PAUSE_MS = 20;

/** Others have been placed since: whoever comes later than this after a turn takes another one. */
const MOST_LATE_MS = 1_000;

/** When a dialer job may be placed; `isTaken`: that turn is its own, else it asks again then. */
export interface PlacingTurn {
  readonly waitMs: number;
  readonly isTaken: boolean;
  /** Until when the turn is still good, by `performance.now()`. */
  readonly endsAt: number;
}

/** Over a line that has no pace. */
const AT_ONCE: PlacingTurn = { waitMs: 0, isTaken: true, endsAt: Infinity };

/**
 * Holds all workers together to the calls per second of each line. Nobody waits here: whoever is told to comes back.
 */
@Injectable()
export class Pacer {
  private readonly turns = new Batcher((ids: string[]) => acrossTenants(() => this.take(ids)), {
    maxItems: BATCH_SIZE,
    isHopeless: () => true,
  });

  constructor(
    private readonly database: Database,
    private readonly lines: Lines,
  ) {}

  async turnOf(dialerJobId: string): Promise<PlacingTurn> {
    return this.lines.arePaced && isUuid(dialerJobId) ? this.turns.submit(dialerJobId) : AT_ONCE;
  }

  private async take(dialerJobIds: string[]): Promise<PlacingTurn[]> {
    const own = { name: this.lines.own.provider.name, callsPerSecond: this.lines.ownPace };
    const askedAt = performance.now();
    const turns = await takeTurns(this.database, { dialerJobIds, own });
    const byId = new Map(turns.map((turn) => [turn.dialer_job_id, turn]));
    return dialerJobIds.map((id) => {
      const turn = byId.get(id);
      if (!turn) return AT_ONCE;
      const { is_taken: isTaken, wait_ms } = turn;
      const waitMs = isTaken ? wait_ms : Math.max(LEAST_PAUSE_MS, wait_ms);
      return { isTaken, waitMs, endsAt: askedAt + waitMs + MOST_LATE_MS };
    });
  }
}
