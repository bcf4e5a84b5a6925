import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { isWaitedTooLong } from '#database/connection/postgres-error.js';
import {
  beginDialing,
  DatabaseRestoredError,
  type Beginnings,
  type DeclinedJob,
  type DialingJob,
  type DialingLine,
} from '#database/statements/engine/place/begin-dialing.js';
import { declineJobs } from '#database/statements/engine/place/decline-jobs.js';
import { lockCampaignsOfJobs } from '#database/statements/engine/locks/lock-calls.js';
import { DEADLINE_MARGIN_SECONDS } from '#rules/attempt/job-review.js';
import { KeyedBatcher } from '#runtime/batcher.js';
import { stopWhereMinutesAreSpent } from '../campaigns/budget-stop.js';
import type { CallLine } from '../routes/call-route.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { DialingMark } from './dialing-mark.js';
import { JobCampaigns } from '../routes/job-campaigns.js';
import { Lines } from '../routes/route-resolver.js';

/** Jobs that are begun together; each holds its number by a lock of its own. */
const BATCH_SIZE = 200;

/**
 * On top of the provider's own time limit: by then either the answer is recorded or the process that waited for it is
 * gone.
 */
const ANSWER_MARGIN_SECONDS = 5;

/** A job that is committed to be dialed. `begunAtMs`: when, at the earliest, by this process's monotonic clock. */
export interface BegunJob extends DialingJob {
  readonly begunAtMs: number;
  /** Over which it was committed. */
  readonly line: CallLine;
}

type Begun = Beginnings & { readonly line: CallLine };

/** Commits queued dialer jobs to be dialed, campaign by campaign, and takes back those that may not be. */
@Injectable()
export class JobStarter {
  private readonly batches = new KeyedBatcher((ids: string[]) => this.startBatch(ids), {
    maxItems: BATCH_SIZE,
    isHopeless: isWaitedTooLong,
  });

  constructor(
    private readonly database: Database,
    private readonly lines: Lines,
    private readonly dispatcher: Dispatcher,
    private readonly jobCampaigns: JobCampaigns,
    private readonly mark: DialingMark,
  ) {}

  /** Undefined when the job is not, or no more, to be dialed; of several deliveries of a job only one gets it. */
  async start(dialerJobId: string): Promise<BegunJob | undefined> {
    const campaignId = await this.jobCampaigns.find(dialerJobId);
    return campaignId === undefined ? undefined : this.batches.submit(campaignId, dialerJobId);
  }

  private async startBatch(dialerJobIds: string[]): Promise<(BegunJob | undefined)[]> {
    const begunAtMs = performance.now();
    const { dialing, declined, line } = await this.begin(dialerJobIds);
    for (const { campaign_id } of dialing.slice(0, 1)) void this.dispatcher.refill(campaign_id);
    if (declined.length > 0) await this.takeBack(declined, line);
    const byId = new Map(dialing.map((job) => [job.dialer_job_id, { ...job, begunAtMs, line }]));
    return dialerJobIds.map((id) => takeOnce(byId, id));
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
      let line = this.lines.own;
      const begun = await beginDialing(sql, {
        dialerJobIds,
        line: async (key) => termsOf((line = await this.lines.within(sql, key))),
        deadlineMarginSeconds: DEADLINE_MARGIN_SECONDS,
        leastCounter,
      });
      return { ...begun, line };
    });
  }

  /** Frees their slots, which the next in line may have. */
  private async takeBack(jobs: readonly DeclinedJob[], line: CallLine): Promise<void> {
    const unpaid = jobs.filter(({ reason }) => reason === 'budget' || reason === 'operator_limit');
    if (unpaid.length > 0) {
      const isRelayed = line.provider.relaysConversations ?? false;
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

function termsOf({ provider, callerId }: CallLine): DialingLine {
  const createTimeoutSeconds = provider.capabilities.createTimeoutSeconds + ANSWER_MARGIN_SECONDS;
  return { provider: provider.name, callerId, createTimeoutSeconds, isRelayed: provider.relaysConversations };
}

/** Two deliveries of one job may meet in one batch: only the first of them places it. */
function takeOnce(jobs: Map<string, BegunJob>, id: string): BegunJob | undefined {
  const job = jobs.get(id);
  jobs.delete(id);
  return job;
}
