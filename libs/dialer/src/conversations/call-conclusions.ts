import type { CallEvent } from '#rules/call/call-report.js';
import { LOST_REASON, RUNG_OUT_REASON } from '#rules/call/presumed-end.js';

interface PlacedJob {
  readonly dialer_job_id: string;
  readonly placed_at: Date;
}

/** The end of a call that the provider refused to place for good: nothing rang. */
export function refusalEvent(job: PlacedJob, refusal: { fault: 'permanent' | 'retryable'; code: string }): CallEvent {
  return {
    eventKey: 'outdial:refused',
    dialerJobId: job.dialer_job_id,
    providerCallId: null,
    occurredAt: job.placed_at,
    status: 'failed',
    outcome: refusal.fault === 'permanent' ? 'bad_number' : 'refused',
    endReason: refusal.code,
    isPresumed: true,
  };
}

/**
 * Nobody took a call that we have to hang up: without this it would have been given up for no reason of the person's.
 */
export function rungOutEvent(dialerJobId: string, now: Date): CallEvent {
  return {
    eventKey: 'outdial:rung_out',
    dialerJobId,
    providerCallId: null,
    occurredAt: now,
    status: 'ringing',
    outcome: 'no_answer',
    endReason: RUNG_OUT_REASON,
  };
}

/** Somebody took a call, and nobody of ours ever came to talk with them. @param end of the call. */
export function noConversationEvent({ dialerJobId, occurredAt }: CallEvent): CallEvent {
  return {
    eventKey: 'outdial:no_conversation',
    dialerJobId,
    providerCallId: null,
    occurredAt,
    outcome: 'provider_error',
    endReason: 'no_conversation',
  };
}

/** The end of a call that is given up: Outdial's guess, which any final word of the provider replaces. */
export function lostEvent(dialerJobId: string, now: Date): CallEvent {
  return {
    eventKey: 'outdial:lost',
    dialerJobId,
    providerCallId: null,
    occurredAt: now,
    status: 'lost',
    outcome: 'lost',
    endReason: LOST_REASON,
    isPresumed: true,
  };
}
