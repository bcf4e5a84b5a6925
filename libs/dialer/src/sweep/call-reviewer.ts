import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { Database } from '#database/connection/database.js';
import { recordUnconfirmed } from '#database/statements/engine/record/record-create-answer.js';
import { postponeChecks, type DueJob, type PostponedCheck } from '#database/statements/engine/sweep/sweep.js';
import { reviewJob, type ReviewVerdict } from '#rules/attempt/job-review.js';
import type { CallLookup, CallReference, HangupResult } from '#telephony/port/telephony-provider.js';
import { CountedWork } from '../tries/counted-work.js';
import { lostEvent, rungOutEvent } from '../conversations/call-conclusions.js';
import type { CallLine } from '../routes/call-route.js';
import { CallRecorder } from '../record/call-recorder.js';
import { JobWatch } from './job-watch.js';
import { Lines } from '../routes/route-resolver.js';
import { askBriefly, foundCall, PROVIDER_PATIENCE_MS } from '../routes/own-call.js';
import { within } from '#runtime/with-timeout.js';

/**
 * Over another provider, or an account that is gone or cannot be read: such a call may be on the line until its
 * deadline.
 */
const ANOTHER_PROVIDER: CallLookup = { kind: 'unavailable', cause: 'it was placed over another provider or account' };

/** No process has survived what its provider says of it: nobody asks any more, and it ends as lost at its deadline. */
const GIVEN_UP: CallLookup = { kind: 'unavailable', cause: 'looking it up was given up' };

type Ask = (line: CallLine, job: DueJob, call: CallReference) => Promise<CallLookup>;

/** `call`: by its id, where it was found; `isOurs`: the line is the one that carries it. */
interface Review {
  readonly isOurs: boolean;
  readonly line: CallLine;
  readonly verdict: ReviewVerdict;
  readonly lookups: number;
  readonly call: CallReference;
}

/** Looks after calls from which nothing has been heard for a while: asks the provider, and carries out what follows. */
@Injectable()
export class CallReviewer {
  private readonly logger = new Logger('CallReviewer');
  private readonly jobWatch = new JobWatch();

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly lines: Lines,
    private readonly counted: CountedWork,
  ) {}

  async review(jobs: readonly DueJob[]): Promise<void> {
    await this.doubt(jobs.filter(({ status }) => status === 'dialing'));
    const asked = jobs.filter(({ status }) => status === 'active' || status === 'unconfirmed');
    await this.counted.run({
      kind: 'call_review',
      items: asked,
      subjectOf: ({ dialer_job_id }) => dialer_job_id,
      work: (group) => this.reviewAll(group, (line, job, call) => this.ask(line, job, call)),
      giveUp: (job) => this.reviewAll([job], async () => GIVEN_UP),
    });
  }

  private async reviewAll(jobs: readonly DueJob[], ask: Ask): Promise<void> {
    const checks = await Promise.all(jobs.map((job) => this.reviewOne(job, ask)));
    await postponeChecks(
      this.database,
      checks.flatMap((check) => check ?? []),
    );
  }

  private async ask(line: CallLine, job: DueJob, call: CallReference): Promise<CallLookup> {
    const lookup = line.carries(job) ? await askBriefly(this.database, line, call) : ANOTHER_PROVIDER;
    await reach('sweep.looked_up');
    return lookup;
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

  /** One that fails is looked at again when its hold is over, and keeps no other from being looked at. */
  private async reviewOne(job: DueJob, ask: Ask): Promise<PostponedCheck | null> {
    try {
      const line = await this.lines.of(job);
      const watched = { ...job, watched_ms: this.jobWatch.watch(job) };
      return await this.carryOut(watched, await this.lookUp(line, watched, ask));
    } catch (error) {
      this.logger.warn(
        `Dialer job ${job.dialer_job_id} could not be reviewed and will be again: ${foreignText(error)}`,
      );
      return null;
    }
  }

  /** A look-up that the provider did not answer does not count: the next one is soon. */
  private async lookUp(line: CallLine, job: DueJob, ask: Ask): Promise<Review> {
    const call = line.toReference(job, job.dialing_at);
    const isOurs = line.carries(job);
    const lookup = await ask(line, job, call);
    const verdict = reviewJob(
      {
        isConfirmed: job.status === 'active',
        lookups: job.lookups,
        ringTimeoutSeconds: job.ring_timeout_seconds,
        longestSeconds: job.longest_seconds,
        ringDeadlineAt: job.ring_deadline_at,
        deadlineAt: job.deadline_at,
        watchedSeconds: job.watched_ms / 1000,
        isHangupRequested: isOurs && job.is_hangup_requested,
      },
      lookup,
      { now: job.now, lookupIntervalSeconds: line.provider.capabilities.lookupIntervalSeconds },
    );
    const lookups = job.lookups + (lookup.kind === 'unavailable' ? 0 : 1);
    return { line, isOurs, verdict, lookups, call: foundCall(call, lookup) };
  }

  /** @returns when to look again, null when the call has ended here. */
  private async carryOut(
    job: DueJob,
    { line, isOurs, verdict, lookups, call }: Review,
  ): Promise<PostponedCheck | null> {
    if (verdict.kind === 'end_as_lost') {
      this.jobWatch.forget(job.dialer_job_id);
      await this.recorder.record(lostEvent(job.dialer_job_id, job.now));
      return null;
    }
    if (verdict.kind === 'apply') await this.recorder.record(verdict.event);
    if (verdict.kind === 'hang_up') {
      if (verdict.hasRungOut) await this.recorder.record(rungOutEvent(job.dialer_job_id, job.now));
      if (isOurs) await hangUp(line, call);
    }
    const { dialer_job_id, status, publishes, watched_ms } = job;
    return { dialer_job_id, status, check_at: verdict.nextCheckAt.toISOString(), publishes, lookups, watched_ms };
  }
}

async function hangUp({ provider }: CallLine, call: CallReference): Promise<void> {
  await within<HangupResult>(PROVIDER_PATIENCE_MS, provider.hangup(call), 'unavailable');
}
