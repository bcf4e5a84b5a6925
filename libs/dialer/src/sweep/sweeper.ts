import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { Database } from '#database/connection/database.js';
import {
  campaignsToEnd,
  campaignsToStart,
  campaignsToWake,
  postponeChecks,
  claimDueJobs,
  type DueJob,
} from '#database/statements/engine/sweep/sweep.js';
import { DialQueue } from '#queue/dial-queue.js';
import type { WorkKind } from '#rules/attempt/work-tries.js';
import { CountedWork } from '../tries/counted-work.js';
import { CallReviewer } from './call-reviewer.js';
import { CampaignSchedule } from '../campaigns/campaign-schedule.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { GivenUpCalls } from './given-up-calls.js';
import { CostLookups } from './cost-lookups.js';
import { laterCheck, nextPublication } from '../publish/publication.js';

const BATCH_SIZE = 200;
const WAKE_TOGETHER = 4;

/** Batches of one round. Later jobs wait for the next round, so that campaigns are woken in between. */
const MOST_BATCHES = 20;

/**
 * Lease of the jobs of a batch: longer than its look-ups take. If the sweeper dies, the next one has its jobs after
 * this.
 */
const LEASE_SECONDS = 20;

/**
 * Recovers work that was lost: republishes queued jobs, looks up silent calls, starts, ends and wakes campaigns that
 * are due.
 */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger('Sweeper');

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
    private readonly dispatcher: Dispatcher,
    private readonly schedule: CampaignSchedule,
    private readonly reviewer: CallReviewer,
    private readonly costLookups: CostLookups,
    private readonly givenUpCalls: GivenUpCalls,
    private readonly counted: CountedWork,
  ) {}

  /**
   * Runs one round. Safe beside another sweeper; `SweepSchedule` runs one at a time. Steps that need the queue come
   * last, because a queue that is down answers late.
   */
  async sweep(): Promise<void> {
    const unpublished: DueJob[] = [];
    await this.attempt('look after calls', async () => {
      unpublished.push(...(await this.attendJobs()));
    });
    await this.attempt('start campaigns', () =>
      this.each('campaign_start', campaignsToStart, (id) => this.schedule.start(id)),
    );
    await this.attempt('end campaigns', () => this.each('campaign_end', campaignsToEnd, (id) => this.schedule.end(id)));
    await this.attempt('wake campaigns', () =>
      this.each('campaign_wake', campaignsToWake, (id) => this.dispatcher.dispatch(id)),
    );
    await this.attempt('publish again', () => this.publishAgain(unpublished));
    await this.attempt('ask after given-up calls', () => this.givenUpCalls.look());
    await this.attempt('ask for what comes late', () => this.costLookups.lookUpDueCosts());
  }

  /** Runs a step. A failure affects no other step; the next round tries again. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn('Step of the sweep failed; the next round tries it again', { step: what, err: error });
    }
  }

  /**
   * Reviews the jobs that are due.
   * @returns those that are still queued.
   */
  private async attendJobs(): Promise<DueJob[]> {
    const queued: DueJob[] = [];
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const due = await claimDueJobs(this.database, { limit: BATCH_SIZE, leaseSeconds: LEASE_SECONDS });
      await failpoint('sweep.leased');
      queued.push(...due.filter(({ status }) => status === 'queued'));
      await this.reviewer.review(due.filter(({ status }) => status !== 'queued'));
      if (due.length < BATCH_SIZE) break;
    }
    return queued;
  }

  /** Runs a step for each campaign that is due, several at a time. One that is given up waits for an operator. */
  private async each(
    kind: WorkKind,
    find: (sql: Database, limit: number) => Promise<string[]>,
    work: (campaignId: string) => Promise<void>,
  ): Promise<void> {
    await this.counted.run({
      kind,
      items: await find(this.database, BATCH_SIZE),
      subjectOf: (id) => id,
      work: (ids) => this.eachOf(ids, work),
      giveUp: async () => undefined,
    });
  }

  private async eachOf(ids: readonly string[], work: (campaignId: string) => Promise<void>): Promise<void> {
    for (let at = 0; at < ids.length; at += WAKE_TOGETHER) {
      const together = ids.slice(at, at + WAKE_TOGETHER);
      await Promise.all(together.map((id) => this.attempt(`attend campaign ${id}`, () => work(id))));
    }
  }

  /** Republishes queued jobs. A publication that failed does not count, so that the next one does not wait longer. */
  private async publishAgain(jobs: readonly DueJob[]): Promise<void> {
    for (let at = 0; at < jobs.length; at += BATCH_SIZE) {
      const batch = jobs.slice(at, at + BATCH_SIZE);
      const isPublished = await this.queue.publish(batch.map(nextPublication));
      await failpoint('sweep.published');
      await postponeChecks(
        this.database,
        batch.map((job) => laterCheck(job, { isPublished })),
      );
      if (!isPublished) return;
    }
  }
}
