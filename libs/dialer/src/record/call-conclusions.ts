import type { CallEvent } from '#rules/call-event.js';

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
  };
}

/** Nobody took a call that we have to hang up: without this it would have been given up for no reason of the person's. */
export function rungOutEvent(dialerJobId: string, now: Date): CallEvent {
  return {
    eventKey: 'outdial:rung_out',
    dialerJobId,
    providerCallId: null,
    occurredAt: now,
    status: 'ringing',
    outcome: 'no_answer',
    endReason: 'ring_timeout',
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

/** The end of a call of which nobody will ever know more. */
export function lostEvent(dialerJobId: string, now: Date): CallEvent {
  return {
    eventKey: 'outdial:lost',
    dialerJobId,
    providerCallId: null,
    occurredAt: now,
    status: 'lost',
    outcome: 'lost',
    endReason: 'provider_does_not_know_the_call',
  };
}
