import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { Database } from '#database/connection/database.js';
import {
  campaignsToEnd,
  campaignsToStart,
  campaignsToWake,
  postponeChecks,
  takeDueJobs,
  type DueJob,
} from '#database/statements/engine/sweep/sweep.js';
import { DialQueue } from '#queue/dial-queue.js';
import type { WorkKind } from '#rules/attempt/work-tries.js';
import { CountedWork } from '../tries/counted-work.js';
import { CallReviewer } from './call-reviewer.js';
import { CampaignSchedule } from '../campaigns/campaign-schedule.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { GivenUpCalls } from './given-up-calls.js';
import { LateLooks } from './cost-lookups.js';
import { laterCheck, nextPublication } from '../publish/publication.js';

const BATCH_SIZE = 200;
const WAKE_TOGETHER = 4;

/** What is still due after that waits for the next round, so that campaigns are woken in between. */
const MOST_BATCHES = 20;

/** Longer than one batch of look-ups takes; a sweeper that dies in it leaves its jobs to the next one after this. */
const HOLD_SECONDS = 20;

/** Brings forward whatever has been forgotten: everything here could also have happened by itself. */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger('Sweeper');

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
    private readonly dispatcher: Dispatcher,
    private readonly schedule: CampaignSchedule,
    private readonly reviewer: CallReviewer,
    private readonly lateLooks: LateLooks,
    private readonly givenUpCalls: GivenUpCalls,
    private readonly counted: CountedWork,
  ) {}

  /**
   * One round. Safe beside another sweeper; `SweepSchedule` sees to it that there is one at a time. What needs the
   * queue comes last: a queue that is away takes its time to say so.
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
    await this.attempt('ask for what comes late', () => this.lateLooks.take());
  }

  /** What fails does not keep the rest from being done; it is tried again in the next round. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`The sweep could not ${what} and will again: ${foreignText(error)}`);
    }
  }

  /** @returns the jobs that still wait to be taken up. */
  private async attendJobs(): Promise<DueJob[]> {
    const queued: DueJob[] = [];
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const due = await takeDueJobs(this.database, { limit: BATCH_SIZE, holdSeconds: HOLD_SECONDS });
      await reach('sweep.taken');
      queued.push(...due.filter(({ status }) => status === 'queued'));
      await this.reviewer.review(due.filter(({ status }) => status !== 'queued'));
      if (due.length < BATCH_SIZE) break;
    }
    return queued;
  }

  /** Several at a time, since many may have become due together. One that is given up waits for an operator. */
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

  /** A publication that did not get through is not counted: the next one must not wait longer for it. */
  private async publishAgain(jobs: readonly DueJob[]): Promise<void> {
    for (let at = 0; at < jobs.length; at += BATCH_SIZE) {
      const batch = jobs.slice(at, at + BATCH_SIZE);
      const isPublished = await this.queue.publish(batch.map(nextPublication));
      await reach('sweep.published');
      await postponeChecks(
        this.database,
        batch.map((job) => laterCheck(job, { isPublished })),
      );
      if (!isPublished) return;
    }
  }
}
