import { Inject, Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import { recordUnconfirmed } from '#database/statements/record-create-answer.js';
import { postponeChecks, type DueJob, type PostponedCheck } from '#database/statements/sweep.js';
import { reviewJob, type ReviewVerdict } from '#rules/job-review.js';
import type { CallLookup, CallReference, HangupResult, TelephonyProvider } from '#telephony/telephony-provider.js';
import { lostEvent } from './call-conclusions.js';
import { CallRecorder } from './call-recorder.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';
import { within } from './within.js';

/** A provider that answers later than this has not answered: the sweeper has other calls to look after. */
const PROVIDER_PATIENCE_MS = 8_000;

/** Looks after calls from which nothing has been heard for a while: asks the provider, and carries out what follows. */
@Injectable()
export class CallReviewer {
  private readonly logger = new Logger('CallReviewer');

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
  ) {}

  async review(jobs: readonly DueJob[]): Promise<void> {
    await this.doubt(jobs.filter(({ status }) => status === 'dialing'));
    const asked = jobs.filter(({ status }) => status === 'active' || status === 'unconfirmed');
    const checks = await Promise.all(asked.map((job) => this.reviewOne(job)));
    await postponeChecks(
      this.database,
      checks.flatMap((check) => check ?? []),
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

  /** One that fails is looked at again when its hold is over, and keeps no other from being looked at. */
  private async reviewOne(job: DueJob): Promise<PostponedCheck | null> {
    try {
      return await this.carryOut(job, await this.lookUp(job));
    } catch (error) {
      this.logger.warn(`Dialer job ${job.dialer_job_id} could not be reviewed and will be again: ${String(error)}`);
      return null;
    }
  }

  /** A look-up that the provider did not answer does not count: the next one is soon. */
  private async lookUp(job: DueJob): Promise<{ verdict: ReviewVerdict; lookups: number }> {
    const silence: CallLookup = { kind: 'unavailable', cause: 'no answer in time' };
    const lookup = await within(PROVIDER_PATIENCE_MS, this.provider.lookUp(toReference(job)), silence);
    await reach('sweep.looked_up');
    const verdict = reviewJob(
      {
        isConfirmed: job.status === 'active',
        lookups: job.lookups,
        deadlineAt: job.deadline_at,
        isHangupRequested: job.is_hangup_requested,
      },
      lookup,
      { now: job.now, lookupIntervalSeconds: this.provider.capabilities.lookupIntervalSeconds },
    );
    return { verdict, lookups: job.lookups + (lookup.kind === 'unavailable' ? 0 : 1) };
  }

  /** @returns when to look again, null when the call has ended here. */
  private async carryOut(
    job: DueJob,
    { verdict, lookups }: { verdict: ReviewVerdict; lookups: number },
  ): Promise<PostponedCheck | null> {
    if (verdict.kind === 'end_as_lost') {
      await this.recorder.record(lostEvent(job.dialer_job_id, job.now));
      return null;
    }
    if (verdict.kind === 'apply') await this.recorder.record(verdict.event);
    if (verdict.kind === 'hang_up') await this.hangUp(job);
    const { dialer_job_id, status, publishes } = job;
    return { dialer_job_id, status, check_at: verdict.nextCheckAt.toISOString(), publishes, lookups };
  }

  private async hangUp(job: DueJob): Promise<void> {
    await within<HangupResult>(PROVIDER_PATIENCE_MS, this.provider.hangup(toReference(job)), 'unavailable');
  }
}

function toReference(job: DueJob): CallReference {
  return {
    dialerJobId: job.dialer_job_id,
    providerCallId: job.provider_call_id,
    to: job.phone_number,
    from: null,
    placedAt: job.dialing_at,
  };
}
