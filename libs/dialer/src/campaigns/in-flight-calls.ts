import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '#database/connection/database.js';
import { countInFlight } from '#database/statements/campaigns/pause-campaign.js';

/** How long an answer to pause or stop waits for requests that were committed before it, and how often it looks. */
const SETTLE_DOWN_MS = 3_000;
const LOOK_EVERY_MS = 25;

/** What is still on the line once campaigns are held. */
@Injectable()
export class InFlight {
  constructor(private readonly database: Database) {}

  /**
   * Waits until requests that were committed before the fence have been answered, within reason. @returns calls on the
   * line.
   */
  async settleDown(campaignIds: readonly string[]): Promise<number> {
    for (let waited = 0; ; waited += LOOK_EVERY_MS) {
      const { dialing, in_flight } = await countInFlight(this.database, campaignIds);
      if (dialing === 0 || waited >= SETTLE_DOWN_MS) return in_flight;
      await pause(LOOK_EVERY_MS);
    }
  }
}
