import { Injectable } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import { claimDueLeads } from '#database/statements/claim-due-leads.js';
import { DialQueue } from '#queue/dial-queue.js';
import { publishPauseSeconds } from '#rules/publish-pause.js';

/** Fills a campaign's free slots: claims due leads in the database, then rings the queue's bell for them. */
@Injectable()
export class Dispatcher {
  private readonly running = new Map<string, { promise: Promise<void>; again: boolean }>();

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
  ) {}

  /**
   * May be called at any time, by anybody, as often as one likes. Calls for a campaign that is being dispatched by this process fold
   * into one more round, so that a thousand settled calls do not queue up a thousand claims.
   */
  dispatch(campaignId: string): Promise<void> {
    const current = this.running.get(campaignId);
    if (current) {
      current.again = true;
      return current.promise;
    }
    const round = { promise: Promise.resolve(), again: false };
    round.promise = this.rounds(campaignId, round).finally(() => this.running.delete(campaignId));
    this.running.set(campaignId, round);
    return round.promise;
  }

  private async rounds(campaignId: string, round: { again: boolean }): Promise<void> {
    do {
      round.again = false;
      await this.claimAndPublish(campaignId);
    } while (round.again);
  }

  private async claimAndPublish(campaignId: string): Promise<void> {
    const claimed = await this.database.transaction((sql) =>
      claimDueLeads(sql, { campaignId, publishPauseSeconds: publishPauseSeconds(1) }),
    );
    await reach('claim.committed');
    await this.queue.publish(claimed.map((dialerJobId) => ({ dialerJobId, publication: 1 })));
    await reach('publish.published');
  }
}
