import { Inject, Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import { recordUnconfirmed } from '#database/statements/record-create-answer.js';
import {
  campaignsToEnd,
  campaignsToStart,
  campaignsToWake,
  postponeChecks,
  takeDueJobs,
  type DueJob,
  type PostponedCheck,
} from '#database/statements/sweep.js';
import { DialQueue, type Publication } from '#queue/dial-queue.js';
import { reviewJob, type ReviewVerdict } from '#rules/job-review.js';
import { publishPauseSeconds } from '#rules/publish-pause.js';
import type { CallReference, TelephonyProvider } from '#telephony/telephony-provider.js';
import { lostEvent } from './call-conclusions.js';
import { CallRecorder } from './call-recorder.js';
import { CampaignSchedule } from './campaign-schedule.js';
import { Dispatcher } from './dispatcher.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';

const BATCH_SIZE = 200;
const WAKE_TOGETHER = 4;

/** What is still due after that waits for the next round, so that campaigns are woken in between. */
const MOST_ROUNDS = 20;

/** Longer than one round of look-ups takes; a sweeper that dies in it leaves its jobs to the next one after this. */
const HOLD_SECONDS = 20;

/** Brings forward whatever has been forgotten: everything here could also have happened by itself. */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger('Sweeper');

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
    private readonly dispatcher: Dispatcher,
    private readonly recorder: CallRecorder,
    private readonly schedule: CampaignSchedule,
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
  ) {}

  /** One round. Safe beside another sweeper; `SweepSchedule` sees to it that there is one at a time. */
  async sweep(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const due = await takeDueJobs(this.database, { limit: BATCH_SIZE, holdSeconds: HOLD_SECONDS });
      await reach('sweep.taken');
      await this.attend(due);
      if (due.length < BATCH_SIZE) break;
    }
    for (const id of await campaignsToStart(this.database, BATCH_SIZE)) await this.schedule.start(id);
    for (const id of await campaignsToEnd(this.database, BATCH_SIZE)) await this.schedule.end(id);
    await this.wakeCampaigns();
  }

  private async attend(due: readonly DueJob[]): Promise<void> {
    await this.publishAgain(due.filter((job) => job.status === 'queued'));
    await this.doubt(due.filter((job) => job.status === 'dialing'));
    await this.review(due.filter((job) => job.status === 'active' || job.status === 'unconfirmed'));
  }

  /** A publication that did not get through is not counted: the next one must not wait longer for it. */
  private async publishAgain(jobs: readonly DueJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const waiting = await this.queue.stillWaiting(jobs.map(latestPublication));
    const waitingIds = new Set(waiting.map(({ dialerJobId }) => dialerJobId));
    const lost = jobs.filter((job) => !waitingIds.has(job.dialer_job_id));
    const isPublished = await this.queue.publish(lost.map(nextPublication));
    await reach('sweep.published');
    await postponeChecks(
      this.database,
      jobs.map((job) => laterCheck(job, { isPublished: isPublished && !waitingIds.has(job.dialer_job_id) })),
    );
  }

  /** Whoever was to hear the provider's answer is gone: nobody knows whether it rang. */
  private async doubt(jobs: readonly DueJob[]): Promise<void> {
    for (const { dialer_job_id } of jobs) {
      await recordUnconfirmed(this.database, {
        dialerJobId: dialer_job_id,
        cause: 'no answer to the create request was recorded',
        firstLookupSeconds: 0,
      });
    }
  }

  private async review(jobs: readonly DueJob[]): Promise<void> {
    const reviewed = await Promise.allSettled(jobs.map(async (job) => this.carryOut(job, await this.lookUp(job))));
    await postponeChecks(
      this.database,
      reviewed.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : [])),
    );
    const failed = reviewed.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async lookUp(job: DueJob): Promise<ReviewVerdict> {
    const lookup = await this.provider.lookUp(toReference(job));
    await reach('sweep.looked_up');
    return reviewJob(
      {
        isConfirmed: job.status === 'active',
        lookups: job.lookups,
        deadlineAt: job.deadline_at,
        isHangupRequested: job.is_hangup_requested,
      },
      lookup,
      { now: job.now, lookupIntervalSeconds: this.provider.capabilities.lookupIntervalSeconds },
    );
  }

  /** @returns when to look again, null when the call has ended here. */
  private async carryOut(job: DueJob, verdict: ReviewVerdict): Promise<PostponedCheck | null> {
    if (verdict.kind === 'end_as_lost') {
      await this.recorder.record(lostEvent(job.dialer_job_id, job.now));
      return null;
    }
    if (verdict.kind === 'apply') await this.recorder.record(verdict.event);
    if (verdict.kind === 'hang_up') await this.provider.hangup(toReference(job));
    const { dialer_job_id, publishes, lookups } = job;
    return { dialer_job_id, check_at: verdict.nextCheckAt.toISOString(), publishes, lookups: lookups + 1 };
  }

  /** Several at a time, since many may have become due together; one that fails does not keep the others asleep. */
  private async wakeCampaigns(): Promise<void> {
    const ids = await campaignsToWake(this.database, BATCH_SIZE);
    for (let at = 0; at < ids.length; at += WAKE_TOGETHER) {
      const woken = await Promise.allSettled(
        ids.slice(at, at + WAKE_TOGETHER).map((id) => this.dispatcher.dispatch(id)),
      );
      for (const one of woken)
        if (one.status === 'rejected') this.logger.warn(`A campaign was not woken: ${String(one.reason)}`);
    }
  }
}

function toReference(job: DueJob): CallReference {
  return {
    dialerJobId: job.dialer_job_id,
    providerCallId: job.provider_call_id,
    to: job.phone_number,
    placedAt: job.dialing_at,
  };
}

function latestPublication({ dialer_job_id, publishes }: DueJob): Publication {
  return { dialerJobId: dialer_job_id, publication: publishes };
}

function nextPublication({ dialer_job_id, publishes }: DueJob): Publication {
  return { dialerJobId: dialer_job_id, publication: publishes + 1 };
}

function laterCheck(job: DueJob, { isPublished }: { isPublished: boolean }): PostponedCheck {
  const publishes = job.publishes + (isPublished ? 1 : 0);
  const pause = publishPauseSeconds(isPublished ? publishes : 1);
  const { dialer_job_id, lookups } = job;
  return { dialer_job_id, check_at: inSeconds(job.now, pause).toISOString(), publishes, lookups };
}

function inSeconds(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000);
}
