import type { CallReport } from '#rules/call/call-report.js';
import { LOST_REASON, RUNG_OUT_REASON } from '#rules/call/presumed-end.js';

interface PlacedJob {
  readonly dialer_job_id: string;
  readonly placed_at: Date;
}

/** Returns the end of a call that the provider rejected for good. No phone rang. */
export function rejectionReport(
  job: PlacedJob,
  rejection: { fault: 'permanent' | 'retryable'; code: string },
): CallReport {
  return {
    reportKey: 'outdial:refused',
    dialerJobId: job.dialer_job_id,
    providerCallId: null,
    occurredAt: job.placed_at,
    status: 'failed',
    outcome: rejection.fault === 'permanent' ? 'bad_number' : 'refused',
    endReason: rejection.code,
    isPresumed: true,
  };
}

/** Returns the report of an unanswered call that Outdial hangs up itself. Without it the call would end as lost. */
export function rungOutReport(dialerJobId: string, now: Date): CallReport {
  return {
    reportKey: 'outdial:rung_out',
    dialerJobId,
    providerCallId: null,
    occurredAt: now,
    status: 'ringing',
    outcome: 'no_answer',
    endReason: RUNG_OUT_REASON,
  };
}

/**
 * Returns the report of an answered call that no agent of Outdial ever joined.
 * @param end of the call.
 */
export function noConversationReport({ dialerJobId, occurredAt }: CallReport): CallReport {
  return {
    reportKey: 'outdial:no_conversation',
    dialerJobId,
    providerCallId: null,
    occurredAt,
    outcome: 'provider_error',
    endReason: 'no_conversation',
  };
}

/** Returns the end of a call that is given up. It is a guess, which any final status of the provider replaces. */
export function lostReport(dialerJobId: string, now: Date): CallReport {
  return {
    reportKey: 'outdial:lost',
    dialerJobId,
    providerCallId: null,
    occurredAt: now,
    status: 'lost',
    outcome: 'lost',
    endReason: LOST_REASON,
    isPresumed: true,
  };
}
