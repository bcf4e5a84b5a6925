import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { isLockTimeout } from '#database/connection/postgres-error.js';
import type { DeclinedJob, DialingJob } from '#database/statements/engine/place/begin-dialing.js';
import { declineJobs } from '#database/statements/engine/place/decline-jobs.js';
import { lockCampaignsOfJobs } from '#database/statements/engine/locks/lock-calls.js';
import { DEADLINE_MARGIN_SECONDS } from '#rules/attempt/job-review.js';
import { KeyedBatcher } from '#runtime/batcher.js';
import { stopWhereMinutesAreSpent } from '../campaigns/budget-stop.js';
import type { CallRoute } from '../routes/call-route.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { beginDialing, DatabaseRestoredError, type Beginnings, type DialingRoute } from './begin-dialing.js';
import { DialingMark } from './dialing-mark.js';
import { JobCampaigns } from '../routes/job-campaigns.js';
import { RouteResolver } from '../routes/route-resolver.js';

/** Jobs that are begun together. Each locks its phone number. */
const BATCH_SIZE = 200;

/**
 * Seconds on top of the provider's time limit. By then the answer is recorded, or the process that waited for it is
 * gone.
 */
const ANSWER_MARGIN_SECONDS = 5;

/**
 * A job that is committed to be dialed. `begunAtMs`: the earliest time of the commit, by this process's monotonic
 * clock.
 */
export interface BegunJob extends DialingJob {
  readonly begunAtMs: number;
  /** Route that the call was committed for. */
  readonly route: CallRoute;
}

type Begun = Pick<Beginnings, 'dialing' | 'declined'> & { readonly route: CallRoute };

/** Commits queued dialer jobs to be dialed, campaign by campaign, and withdraws those that may not be dialed. */
@Injectable()
export class JobStarter {
  private readonly batches = new KeyedBatcher((ids: string[]) => this.startBatch(ids), {
    maxItems: BATCH_SIZE,
    isNotRetryable: isLockTimeout,
  });

  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
    private readonly dispatcher: Dispatcher,
    private readonly jobCampaigns: JobCampaigns,
    private readonly mark: DialingMark,
  ) {}

  /**
   * Begins a job.
   * @returns undefined if it is not to be dialed, or not any more. Of several deliveries one gets the job.
   */
  async start(dialerJobId: string): Promise<BegunJob | undefined> {
    const campaignId = await this.jobCampaigns.campaignIdOfJob(dialerJobId);
    return campaignId === undefined ? undefined : this.batches.submit(campaignId, dialerJobId);
  }

  private async startBatch(dialerJobIds: string[]): Promise<(BegunJob | undefined)[]> {
    const begunAtMs = performance.now();
    const { dialing, declined, route } = await this.begin(dialerJobIds);
    for (const { campaign_id } of dialing.slice(0, 1)) void this.dispatcher.refill(campaign_id);
    if (declined.length > 0) await this.cancelDeclined(declined, route);
    const byId = new Map(dialing.map((job) => [job.dialer_job_id, { ...job, begunAtMs, route }]));
    return dialerJobIds.map((id) => claimOnce(byId, id));
  }

  private async begin(dialerJobIds: string[]): Promise<Begun> {
    const leastCounter = await this.mark.before();
    try {
      return await this.beginAbove(leastCounter, dialerJobIds);
    } catch (error) {
      if (error instanceof DatabaseRestoredError) await this.mark.look();
      throw error;
    }
  }

  private beginAbove(leastCounter: string, dialerJobIds: string[]): Promise<Begun> {
    return this.database.transaction(async (sql) => {
      const { route, ...begun } = await beginDialing(sql, {
        dialerJobIds,
        route: async (key) => termsOf(await this.routes.routeWithin(sql, key)),
        deadlineMarginSeconds: DEADLINE_MARGIN_SECONDS,
        leastCounter,
      });
      return { ...begun, route: route.callRoute };
    });
  }

  /** Cancels declined jobs, which frees their slots for other leads. */
  private async cancelDeclined(jobs: readonly DeclinedJob[], route: CallRoute): Promise<void> {
    const unpaid = jobs.filter(({ reason }) => reason === 'budget' || reason === 'operator_limit');
    if (unpaid.length > 0) {
      const isRelayed = route.provider.relaysConversations ?? false;
      await stopWhereMinutesAreSpent(this.database, { dialerJobIds: unpaid.map(idOf), isRelayed });
    }
    const dialerJobIds = jobs.map(idOf);
    await this.database.transaction(async (sql) => {
      await lockCampaignsOfJobs(sql, dialerJobIds);
      await declineJobs(sql, jobs);
    });
    for (const { campaign_id } of jobs.slice(0, 1)) void this.dispatcher.dispatch(campaign_id);
  }
}

function idOf({ dialer_job_id }: DeclinedJob): string {
  return dialer_job_id;
}

function termsOf(callRoute: CallRoute): DialingRoute & { readonly callRoute: CallRoute } {
  const { provider, callerId } = callRoute;
  const createTimeoutSeconds = provider.capabilities.createTimeoutSeconds + ANSWER_MARGIN_SECONDS;
  return {
    callRoute,
    provider: provider.name,
    callerId,
    createTimeoutSeconds,
    isRelayed: provider.relaysConversations,
  };
}

/** Returns a job once: only the first of two deliveries in one batch places it. */
function claimOnce(jobs: Map<string, BegunJob>, id: string): BegunJob | undefined {
  const job = jobs.get(id);
  jobs.delete(id);
  return job;
}
