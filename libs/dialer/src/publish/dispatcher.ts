import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { lockForClaim, type ClaimingCampaign } from '#database/statements/engine/claim/claim-due-leads.js';
import { completeExhaustedCampaigns } from '#database/statements/engine/settle/complete-campaigns.js';
import { DialQueue } from '#queue/dial-queue.js';
import { paceOf } from '#rules/route/route-pace.js';
import { mostQueuedJobs } from '#rules/campaign/queue-share.js';
import { publishPauseSeconds } from '#rules/campaign/publish-pause.js';
import { CallingHours } from '../claim/calling-hours.js';
import { claimDueLeads, NOTHING_CLAIMED, type Claim } from '../claim/claim-due-leads.js';
import { BoundedMap } from '#runtime/bounded-map.js';
import { Semaphore } from '#runtime/semaphore.js';
import { RouteResolver } from '../routes/route-resolver.js';

const MOST_REMEMBERED = 10_000;

/** Claims that run at the same time. A process has ten connections, and call reports are recorded over them too. */
const MOST_AT_ONCE = 6;

interface Round {
  readonly done: Promise<void>;
  next: Promise<void> | null;
}

/** Fills a campaign's free slots: claims due leads in the database, then publishes their dialer jobs to the queue. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  private readonly rounds = new Map<string, Round>();
  /** Campaigns whose latest claim in this process was not limited by the queue. They need no refill. */
  private readonly fullyClaimed = new BoundedMap<string, true>(MOST_REMEMBERED);
  private readonly semaphore = new Semaphore(MOST_AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
    private readonly hours: CallingHours,
    private readonly routes: RouteResolver,
  ) {}

  /**
   * Claims and publishes for one campaign. Resolves with the first claim that begins after this call. Calls during a
   * running claim share the next one, so a thousand settled calls do not cause a thousand claims. Never rejects: the
   * sweeper repeats what failed, and the caller has committed its own work already.
   */
  dispatch(campaignId: string): Promise<void> {
    const round = this.rounds.get(campaignId);
    if (round) return (round.next ??= round.done.then(() => this.begin(campaignId)));
    return this.begin(campaignId);
  }

  /** Dispatches after jobs of the campaign have left the queue, if the queue limited the latest claim. */
  async refill(campaignId: string): Promise<void> {
    if (this.fullyClaimed.get(campaignId) === undefined) await this.dispatch(campaignId);
  }

  private begin(campaignId: string): Promise<void> {
    const claim = () => this.semaphore.run(() => this.claimAndPublish(campaignId));
    const done = acrossTenants(claim).catch((error: unknown) => {
      this.logger.warn('Campaign was not dispatched; the sweeper will dispatch it', {
        campaign_id: campaignId,
        err: error,
      });
    });
    const round: Round = { done, next: null };
    this.rounds.set(campaignId, round);
    void done.finally(() => {
      if (!round.next) this.rounds.delete(campaignId);
    });
    return done;
  }

  private async claimAndPublish(campaignId: string): Promise<void> {
    const { dialerJobIds, isQueueLimited } = await this.database.transaction((sql) => this.claim(sql, campaignId));
    this.trackClaim(campaignId, isQueueLimited);
    await failpoint('claim.committed');
    await this.queue.publish(dialerJobIds.map((dialerJobId) => ({ dialerJobId, publication: 1 })));
    await failpoint('publish.published');
  }

  private async claim(sql: Sql, campaignId: string): Promise<Claim> {
    const campaign = await lockForClaim(sql, campaignId);
    if (!campaign) return NOTHING_CLAIMED;
    await failpoint('claim.locked');
    if (campaign.wants_hours) await this.hours.reckon(sql, campaignId);
    const claim = await claimDueLeads(sql, campaign, {
      publishPauseSeconds: publishPauseSeconds(1),
      mostQueued: mostQueuedJobs(this.paceOf(campaign)),
    });
    if (claim.isDone) await completeExhaustedCampaigns(sql, [campaignId]);
    return claim;
  }

  /** Returns the calls per second of the campaign's route; null where it has no limit. */
  private paceOf({ is_test, account_provider, account_pace }: ClaimingCampaign): number | null {
    if (is_test) return null;
    return account_provider === null ? this.routes.ownPace : paceOf(account_provider, account_pace);
  }

  /** Remembers whether the queue limited a claim. To forget it costs one claim too many. */
  private trackClaim(campaignId: string, isQueueLimited: boolean): void {
    if (isQueueLimited) this.fullyClaimed.delete(campaignId);
    else this.fullyClaimed.set(campaignId, true);
  }
}
