import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { Database } from '#database/connection/database.js';
import { isLockTimeout } from '#database/connection/postgres-error.js';
import {
  recordAccepted,
  recordUnconfirmed,
  type AcceptedCall,
} from '#database/statements/engine/record/record-create-answer.js';
import { FIRST_LOOKUP_SECONDS } from '#rules/attempt/job-review.js';
import type { RouteObstacle } from '#rules/route/route-obstacle.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { AttemptRefund } from '../settle/attempt-refund.js';
import { KeyedBatcher } from '#runtime/batcher.js';
import { rejectionReport } from '../conversations/call-conclusions.js';
import { CallRecorder } from '../record/call-recorder.js';
import { JobStarter, type BegunJob } from './job-starter.js';
import { RejectionLog } from './rejection-log.js';

/** Outcome of `place` for one dialer job. `skipped`: the job was not to be dialed, or not any more. */
export type PlaceOutcome = 'accepted' | 'refused' | 'given_back' | 'unconfirmed' | 'hung_up' | 'skipped';

const BATCH_SIZE = 100;

/**
 * Places calls: one commit, then one request, then a record of the answer. A dialer job never causes a second request.
 */
@Injectable()
export class CallPlacer {
  private readonly logger = new Logger('CallPlacer');
  private readonly rejections = new RejectionLog();
  /** Records acceptances. Each result is true if the call was given up in the meantime. */
  private readonly acceptances = new KeyedBatcher((calls: AcceptedCall[]) => this.recordAcceptances(calls), {
    maxItems: BATCH_SIZE,
    isNotRetryable: isLockTimeout,
  });

  constructor(
    private readonly database: Database,
    private readonly starter: JobStarter,
    private readonly recorder: CallRecorder,
    private readonly attempts: AttemptRefund,
  ) {}

  /** Places the call of a job. Safe to call twice, late or in two workers: only one of them finds the job `queued`. */
  async place(dialerJobId: string): Promise<PlaceOutcome> {
    await failpoint('place.received');
    const job = await this.starter.start(dialerJobId);
    if (!job) return 'skipped';
    await failpoint('place.committed');
    const result = await this.requestOnce(job);
    await failpoint('place.answered');
    const outcome = await this.record(job, result);
    await failpoint('place.recorded');
    return outcome;
  }

  /**
   * Sends the one request of a job.
   * A process that was frozen since its commit sends nothing: the sweeper looks for the call by now. An adapter that
   * neither answers nor honours the signal is not awaited. Its answer counts as unknown.
   */
  private async requestOnce(job: BegunJob): Promise<PlaceCallResult> {
    const { provider } = job.route;
    const obstacle = obstacleTo(job);
    if (obstacle !== null) return { kind: 'rejected', fault: 'account', code: obstacle };
    const leftMs = provider.capabilities.createTimeoutSeconds * 1000 - (performance.now() - job.begunAtMs);
    if (leftMs <= 0) return { kind: 'rejected', fault: 'throttle', code: 'not_asked_in_time' };
    const signal = AbortSignal.timeout(Math.ceil(leftMs));
    try {
      return await Promise.race([provider.placeCall(job.route.toRequest(job), signal), unknownOnceAborted(signal)]);
    } catch (error) {
      return { kind: 'unknown', cause: `the provider's adapter failed: ${foreignText(error)}` };
    }
  }

  private async record(job: BegunJob, result: PlaceCallResult): Promise<PlaceOutcome> {
    switch (result.kind) {
      case 'accepted':
        return this.recordAccepted(job, result.providerCallId);
      case 'unknown':
        await recordUnconfirmed(this.database, {
          dialerJobId: job.dialer_job_id,
          cause: result.cause,
          firstLookupSeconds: FIRST_LOOKUP_SECONDS,
        });
        return 'unconfirmed';
      case 'rejected':
        return this.recordRejected(job, result);
    }
  }

  /** Records an accepted call, and hangs it up if it was given up before the answer came. Nothing else ends it. */
  private async recordAccepted(job: BegunJob, providerCallId: string): Promise<PlaceOutcome> {
    const { provider } = job.route;
    const accepted = {
      dialer_job_id: job.dialer_job_id,
      provider_call_id: providerCallId,
      next_check_seconds: provider.capabilities.lookupIntervalSeconds,
    };
    if (!(await this.acceptances.submit(job.campaign_id, accepted))) return 'accepted';
    this.logger.warn('Call was accepted after it had been given up; it is hung up', {
      dialer_job_id: job.dialer_job_id,
      campaign_id: job.campaign_id,
    });
    await provider.hangup(job.route.toReference({ ...job, provider_call_id: providerCallId }, job.placed_at));
    return 'hung_up';
  }

  private async recordAcceptances(calls: AcceptedCall[]): Promise<boolean[]> {
    const orphans = await recordAccepted(this.database, calls);
    return calls.map(({ dialer_job_id }) => orphans.has(dialer_job_id));
  }

  private async recordRejected(job: BegunJob, result: PlaceCallResult & { kind: 'rejected' }): Promise<PlaceOutcome> {
    if (result.fault === 'permanent' || result.fault === 'retryable') {
      await this.recorder.record(rejectionReport(job, { fault: result.fault, code: result.code }));
      return 'refused';
    }
    this.rejections.note(job.route.provider.name, result.code);
    await this.attempts.refund(job, { ...result, fault: result.fault, isAccepted: false });
    return 'given_back';
  }
}

/** Returns the obstacle that an edit or a setting has caused since the campaign started; null: none. */
function obstacleTo({ route, from_number, first_message }: BegunJob): RouteObstacle['code'] | null {
  if (from_number === null && route.accountId !== null) return 'caller_id_missing';
  if (from_number !== null && !route.mayShow(from_number)) return 'caller_id_not_allowed';
  return route.saysNothing(first_message) ? 'first_message_missing' : null;
}

function unknownOnceAborted(signal: AbortSignal): Promise<PlaceCallResult> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'unknown', cause: 'no answer in time' }), { once: true });
  });
}
