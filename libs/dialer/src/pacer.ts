import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '#database/database.js';
import { takeTurns } from '#database/statements/take-turns.js';
import { CALLS_PER_SECOND } from './calls-per-second.token.js';

/** Jobs that are begun together without a limit of calls per second; each holds its number by a lock of its own. */
const UNPACED_BATCH = 200;

/**
 * Holds all workers together to the calls per second. BullMQ hands jobs out at that rate already, but forgets it when its queue is
 * emptied; the turns are kept in the database.
 */
@Injectable()
export class Pacer {
  constructor(
    private readonly database: Database,
    @Inject(CALLS_PER_SECOND) private readonly callsPerSecond: number | null,
  ) {}

  /** How many may begin at the same instant: a tenth of a second's worth. */
  get batchSize(): number {
    return this.callsPerSecond === null ? UNPACED_BATCH : Math.max(1, Math.floor(this.callsPerSecond / 10));
  }

  async awaitTurns(provider: string, turns: number): Promise<void> {
    if (this.callsPerSecond === null) return;
    await pause(await takeTurns(this.database, { provider, turns, callsPerSecond: this.callsPerSecond }));
  }
}
