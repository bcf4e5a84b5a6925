import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '#database/connection/database.js';
import { countInFlight } from '#database/statements/campaigns/pause-campaign.js';

/** Longest wait of pause or stop for requests that were committed before, and the pause between two looks. */
const SETTLE_DOWN_MS = 3_000;
const LOOK_EVERY_MS = 25;

/** Counts calls that are still live after campaigns were paused or stopped. */
@Injectable()
export class InFlightCalls {
  constructor(private readonly database: Database) {}

  /**
   * Waits, for 3 s at most, until requests that were committed before have been answered.
   * @returns the number of live calls.
   */
  async waitForOpenRequests(campaignIds: readonly string[]): Promise<number> {
    for (let waited = 0; ; waited += LOOK_EVERY_MS) {
      const { dialing, in_flight } = await countInFlight(this.database, campaignIds);
      if (dialing === 0 || waited >= SETTLE_DOWN_MS) return in_flight;
      await pause(LOOK_EVERY_MS);
    }
  }
}
