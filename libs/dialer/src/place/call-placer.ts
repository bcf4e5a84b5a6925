import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { Database } from '#database/connection/database.js';
import { isWaitedTooLong } from '#database/connection/postgres-error.js';
import {
  recordAccepted,
  recordUnconfirmed,
  type AcceptedCall,
} from '#database/statements/engine/record/record-create-answer.js';
import { FIRST_LOOKUP_SECONDS } from '#rules/attempt/job-review.js';
import type { LineObstacle } from '#rules/route/route-obstacle.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { AttemptReturn } from '../settle/attempt-refund.js';
import { KeyedBatcher } from '#runtime/batcher.js';
import { refusalEvent } from '../conversations/call-conclusions.js';
import { CallRecorder } from '../record/call-recorder.js';
import { JobStarter, type BegunJob } from './job-starter.js';
import { RefusalLog } from './rejection-log.js';

/** What came of a dialer job that was handed to `place`. `skipped`: it was not, or no more, to be dialed. */
export type PlaceOutcome = 'accepted' | 'refused' | 'given_back' | 'unconfirmed' | 'hung_up' | 'skipped';

const BATCH_SIZE = 100;

/** Places calls: one commit, then one request, whose answer is recorded. Never a second request for one dialer job. */
@Injectable()
export class CallPlacer {
  private readonly logger = new Logger('CallPlacer');
  private readonly refusals = new RefusalLog();
  /** Whether the call was given up meanwhile, for each that was accepted. */
  private readonly acceptances = new KeyedBatcher((calls: AcceptedCall[]) => this.recordAcceptances(calls), {
    maxItems: BATCH_SIZE,
    isHopeless: isWaitedTooLong,
  });

  constructor(
    private readonly database: Database,
    private readonly starter: JobStarter,
    private readonly recorder: CallRecorder,
    private readonly attempts: AttemptReturn,
  ) {}

  /** Safe to call twice, late or by two workers at once: only one of them finds the job `queued`. */
  async place(dialerJobId: string): Promise<PlaceOutcome> {
    await reach('place.received');
    const job = await this.starter.start(dialerJobId);
    if (!job) return 'skipped';
    await reach('place.committed');
    const result = await this.requestOnce(job);
    await reach('place.answered');
    const outcome = await this.record(job, result);
    await reach('place.recorded');
    return outcome;
  }

  /**
   * A process that was frozen since its commit asks nobody: others have begun to look for the call by now. An adapter
   * that neither answers nor honours the signal is not waited for: its answer counts as unknown.
   */
  private async requestOnce(job: BegunJob): Promise<PlaceCallResult> {
    const { provider } = job.line;
    const obstacle = obstacleTo(job);
    if (obstacle !== null) return { kind: 'rejected', fault: 'account', code: obstacle };
    const leftMs = provider.capabilities.createTimeoutSeconds * 1000 - (performance.now() - job.begunAtMs);
    if (leftMs <= 0) return { kind: 'rejected', fault: 'throttle', code: 'not_asked_in_time' };
    const signal = AbortSignal.timeout(Math.ceil(leftMs));
    try {
      return await Promise.race([provider.placeCall(job.line.toRequest(job), signal), unknownOnceAborted(signal)]);
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

  /** An answer may come so late that the call was given up already: nobody else would ever end it. */
  private async recordAccepted(job: BegunJob, providerCallId: string): Promise<PlaceOutcome> {
    const { provider } = job.line;
    const accepted = {
      dialer_job_id: job.dialer_job_id,
      provider_call_id: providerCallId,
      next_check_seconds: provider.capabilities.lookupIntervalSeconds,
    };
    if (!(await this.acceptances.submit(job.campaign_id, accepted))) return 'accepted';
    this.logger.warn(`Dialer job ${job.dialer_job_id} was accepted after it had been given up: it is hung up.`);
    await provider.hangup(job.line.toReference({ ...job, provider_call_id: providerCallId }, job.placed_at));
    return 'hung_up';
  }

  private async recordAcceptances(calls: AcceptedCall[]): Promise<boolean[]> {
    const orphans = await recordAccepted(this.database, calls);
    return calls.map(({ dialer_job_id }) => orphans.has(dialer_job_id));
  }

  private async recordRejected(job: BegunJob, result: PlaceCallResult & { kind: 'rejected' }): Promise<PlaceOutcome> {
    if (result.fault === 'permanent' || result.fault === 'retryable') {
      await this.recorder.record(refusalEvent(job, { fault: result.fault, code: result.code }));
      return 'refused';
    }
    this.refusals.note(job.line.provider.name, result.code);
    await this.attempts.giveBack(job, { ...result, fault: result.fault, isAccepted: false });
    return 'given_back';
  }
}

/** What came in the way since the campaign was started, by an edit or by another setting of the operator's. */
function obstacleTo({ line, from_number, first_message }: BegunJob): LineObstacle['code'] | null {
  if (from_number === null && line.accountId !== null) return 'caller_id_missing';
  if (from_number !== null && !line.mayShow(from_number)) return 'caller_id_not_allowed';
  return line.saysNothing(first_message) ? 'first_message_missing' : null;
}

function unknownOnceAborted(signal: AbortSignal): Promise<PlaceCallResult> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'unknown', cause: 'no answer in time' }), { once: true });
  });
}
