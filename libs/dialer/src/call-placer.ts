import { Inject, Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import { beginDialing, type DeclinedJob, type DialingJob } from '#database/statements/begin-dialing.js';
import { declineJobs } from '#database/statements/decline-jobs.js';
import { lockCampaignsOfJobs } from '#database/statements/lock-calls.js';
import { recordAccepted, recordUnconfirmed } from '#database/statements/record-create-answer.js';
import { FIRST_LOOKUP_SECONDS } from '#rules/job-review.js';
import type { PlaceCallRequest, PlaceCallResult, TelephonyProvider } from '#telephony/telephony-provider.js';
import { AttemptReturn } from './attempt-return.js';
import { Batcher } from './batcher.js';
import { refusalEvent } from './call-conclusions.js';
import { CallRecorder } from './call-recorder.js';
import { Dispatcher } from './dispatcher.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';

/** What came of a dialer job that was handed to `place`. `skipped`: it was not, or no more, to be dialed. */
export type PlaceOutcome = 'accepted' | 'refused' | 'given_back' | 'unconfirmed' | 'skipped';

/** On top of the provider's own time limit: by then either the answer is recorded or the process that waited for it is gone. */
const ANSWER_MARGIN_SECONDS = 5;

/** On top of ring timeout and longest conversation: clocks, hang-up and a provider's own delays. */
const DEADLINE_MARGIN_SECONDS = 30;

const BATCH_SIZE = 100;

/** Places calls: one commit, then one request, whose answer is recorded. Never a second request for one dialer job. */
@Injectable()
export class CallPlacer {
  private readonly logger = new Logger('CallPlacer');
  private readonly beginnings = new Batcher((ids: string[]) => this.begin(ids), BATCH_SIZE);

  constructor(
    private readonly database: Database,
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
    private readonly recorder: CallRecorder,
    private readonly attempts: AttemptReturn,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Safe to call twice, late or by two workers at once: only one of them finds the job `queued`. */
  async place(dialerJobId: string): Promise<PlaceOutcome> {
    await reach('place.received');
    const job = await this.beginnings.submit(dialerJobId);
    if (!job) return 'skipped';
    await reach('place.committed');
    const result = await this.requestOnce(job);
    await reach('place.answered');
    const outcome = await this.record(job, result);
    await reach('place.recorded');
    return outcome;
  }

  private async begin(dialerJobIds: string[]): Promise<(BegunJob | undefined)[]> {
    const begunAtMs = performance.now();
    const { dialing, declined } = await this.database.transaction((sql) =>
      beginDialing(sql, {
        dialerJobIds,
        provider: this.provider.name,
        createTimeoutSeconds: this.provider.capabilities.createTimeoutSeconds + ANSWER_MARGIN_SECONDS,
        deadlineMarginSeconds: DEADLINE_MARGIN_SECONDS,
      }),
    );
    if (declined.length > 0) await this.decline(declined);
    this.refill([...dialing, ...declined]);
    const byId = new Map(dialing.map((job) => [job.dialer_job_id, { ...job, begunAtMs }]));
    return dialerJobIds.map((id) => takeOnce(byId, id));
  }

  private async decline(jobs: readonly DeclinedJob[]): Promise<void> {
    await this.database.transaction(async (sql) => {
      await lockCampaignsOfJobs(
        sql,
        jobs.map(({ dialer_job_id }) => dialer_job_id),
      );
      await declineJobs(sql, jobs);
    });
  }

  /** The queue has room for more of these campaigns' jobs, and what was declined has freed a slot. */
  private refill(left: readonly (DialingJob | DeclinedJob)[]): void {
    const isDeclined = (job: DialingJob | DeclinedJob) => 'reason' in job && job.reason !== null;
    for (const campaignId of new Set(left.map((job) => job.campaign_id))) {
      const freesSlot = left.some((job) => job.campaign_id === campaignId && isDeclined(job));
      const filled = freesSlot ? this.dispatcher.dispatch(campaignId) : this.dispatcher.refill(campaignId);
      filled.catch((error: unknown) => {
        this.logger.warn(`Campaign ${campaignId} could not be dispatched and will be by the sweeper: ${String(error)}`);
      });
    }
  }

  /**
   * A process that was frozen since its commit asks nobody: others have begun to look for the call by now. An adapter that neither answers nor honours the signal is not waited for: its answer counts as unknown.
   */
  private async requestOnce(job: BegunJob): Promise<PlaceCallResult> {
    const leftMs = this.provider.capabilities.createTimeoutSeconds * 1000 - (performance.now() - job.begunAtMs);
    if (leftMs <= 0) return { kind: 'rejected', fault: 'throttle', code: 'not_asked_in_time' };
    const signal = AbortSignal.timeout(Math.ceil(leftMs));
    try {
      return await Promise.race([this.provider.placeCall(toRequest(job), signal), unknownOnceAborted(signal)]);
    } catch (error) {
      return { kind: 'unknown', cause: `the provider's adapter failed: ${String(error)}` };
    }
  }

  private async record(job: DialingJob, result: PlaceCallResult): Promise<PlaceOutcome> {
    const dialerJobId = job.dialer_job_id;
    switch (result.kind) {
      case 'accepted':
        await recordAccepted(this.database, {
          dialerJobId,
          providerCallId: result.providerCallId,
          nextCheckSeconds: this.provider.capabilities.lookupIntervalSeconds,
        });
        return 'accepted';
      case 'unknown':
        await recordUnconfirmed(this.database, {
          dialerJobId,
          cause: result.cause,
          firstLookupSeconds: FIRST_LOOKUP_SECONDS,
        });
        return 'unconfirmed';
      case 'rejected':
        return this.recordRejected(job, result);
    }
  }

  private async recordRejected(job: DialingJob, result: PlaceCallResult & { kind: 'rejected' }): Promise<PlaceOutcome> {
    if (result.fault === 'permanent' || result.fault === 'retryable') {
      await this.recorder.record(refusalEvent(job, { fault: result.fault, code: result.code }));
      return 'refused';
    }
    await this.attempts.giveBack(job, { ...result, fault: result.fault });
    return 'given_back';
  }
}

function unknownOnceAborted(signal: AbortSignal): Promise<PlaceCallResult> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'unknown', cause: 'no answer in time' }), { once: true });
  });
}

/** `begunAtMs` is on this process's monotonic clock, at the latest when the attempt was committed. */
interface BegunJob extends DialingJob {
  readonly begunAtMs: number;
}

/** Two deliveries of one job may meet in one batch: only the first of them places it. */
function takeOnce(jobs: Map<string, BegunJob>, id: string): BegunJob | undefined {
  const job = jobs.get(id);
  jobs.delete(id);
  return job;
}

function toRequest(job: DialingJob): PlaceCallRequest {
  return {
    dialerJobId: job.dialer_job_id,
    to: job.phone_number,
    agent: { systemPrompt: job.system_prompt, voiceId: job.voice_id, firstMessage: job.first_message },
    person: { firstName: job.first_name, lastName: job.last_name },
    ringTimeoutSeconds: job.ring_timeout_seconds,
    maxCallSeconds: job.max_call_seconds,
    placedAt: job.placed_at,
  };
}
