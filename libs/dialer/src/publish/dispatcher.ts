import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import {
  claimDueLeads,
  lockForClaim,
  NOTHING_CLAIMED,
  type Claim,
  type ClaimingCampaign,
} from '#database/statements/engine/claim/claim-due-leads.js';
import { completeExhaustedCampaigns } from '#database/statements/engine/settle/settle-attempts.js';
import { DialQueue } from '#queue/dial-queue.js';
import { paceOf } from '#rules/route/route-pace.js';
import { mostQueuedJobs } from '#rules/campaign/queue-share.js';
import { publishPauseSeconds } from '#rules/campaign/publish-pause.js';
import { CallingHours } from '../claim/calling-hours.js';
import { Lanes } from '#runtime/semaphore.js';
import { Lines } from '../routes/route-resolver.js';

const MOST_REMEMBERED = 10_000;

/** Claims that go on at the same time: a process has ten connections, and events are written down over them as well. */
const MOST_AT_ONCE = 6;

interface Round {
  readonly done: Promise<void>;
  next: Promise<void> | null;
}

/** Fills a campaign's free slots: claims due leads in the database, then rings the queue's bell for them. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  private readonly rounds = new Map<string, Round>();
  /** Campaigns of which the latest claim made here took all that it could use. */
  private readonly sated = new Set<string>();
  private readonly lanes = new Lanes(MOST_AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
    private readonly hours: CallingHours,
    private readonly lines: Lines,
  ) {}

  /**
   * May be called at any time, by anybody, as often as one likes: resolves with the first claim that begins after the
   * call. Calls that come while one is going on share the next, so that a thousand settled calls do not queue up a
   * thousand claims. Never rejects: what fails here is made up for by the sweeper, and whoever called has committed
   * already.
   */
  dispatch(campaignId: string): Promise<void> {
    const round = this.rounds.get(campaignId);
    if (round) return (round.next ??= round.done.then(() => this.begin(campaignId)));
    return this.begin(campaignId);
  }

  /**
   * Jobs of this campaign have left the queue: if its latest claim was held back for the queue's sake, there is room
   * again.
   */
  async refill(campaignId: string): Promise<void> {
    if (!this.sated.has(campaignId)) await this.dispatch(campaignId);
  }

  private begin(campaignId: string): Promise<void> {
    const claim = () => this.lanes.run(() => this.claimAndPublish(campaignId));
    const done = acrossTenants(claim).catch((error: unknown) => {
      this.logger.warn(`Campaign ${campaignId} was not dispatched and will be by the sweeper: ${foreignText(error)}`);
    });
    const round: Round = { done, next: null };
    this.rounds.set(campaignId, round);
    void done.finally(() => {
      if (!round.next) this.rounds.delete(campaignId);
    });
    return done;
  }

  private async claimAndPublish(campaignId: string): Promise<void> {
    const { dialerJobIds, isHeldBack } = await this.database.transaction((sql) => this.claim(sql, campaignId));
    this.noteAppetite(campaignId, isHeldBack);
    await reach('claim.committed');
    await this.queue.publish(dialerJobIds.map((dialerJobId) => ({ dialerJobId, publication: 1 })));
    await reach('publish.published');
  }

  private async claim(sql: Sql, campaignId: string): Promise<Claim> {
    const campaign = await lockForClaim(sql, campaignId);
    if (!campaign) return NOTHING_CLAIMED;
    if (campaign.wants_hours) await this.hours.reckon(sql, campaignId);
    const claim = await claimDueLeads(sql, campaign, {
      publishPauseSeconds: publishPauseSeconds(1),
      mostQueued: mostQueuedJobs(this.paceOf(campaign)),
    });
    if (claim.isDone) await completeExhaustedCampaigns(sql, [campaignId]);
    return claim;
  }

  /** Of the line that a campaign's calls go over. */
  private paceOf({ is_test, account_provider, account_pace }: ClaimingCampaign): number | null {
    if (is_test) return null;
    return account_provider === null ? this.lines.ownPace : paceOf(account_provider, account_pace);
  }

  /** Not to know costs one claim too many; so the set may be emptied when it has grown large. */
  private noteAppetite(campaignId: string, isHeldBack: boolean): void {
    if (this.sated.size >= MOST_REMEMBERED) this.sated.clear();
    if (isHeldBack) this.sated.delete(campaignId);
    else this.sated.add(campaignId);
  }
}
