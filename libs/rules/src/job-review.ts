import type { CallEvent } from './call-event.js';
import { isFinalCallStatus } from './call-status.js';

/** What a provider answered when asked about a call. */
export type ReviewedCall =
  | { readonly kind: 'found'; readonly event: CallEvent }
  | { readonly kind: 'not_found'; readonly isFinal: boolean }
  | { readonly kind: 'unavailable' };

/** A live dialer job that was committed to be dialed, at the time of a look-up. */
export interface ReviewedJob {
  readonly isConfirmed: boolean;
  /** Look-ups before this one. */
  readonly lookups: number;
  /** The ring timeout is over by then, with a margin for a provider that keeps it itself. */
  readonly ringDeadlineAt: Date;
  /** Ring timeout and longest conversation are over by then, with a margin: the call cannot exist any more. */
  readonly deadlineAt: Date;
  /** Somebody wants the call ended now. */
  readonly isHangupRequested: boolean;
}

export type ReviewVerdict =
  | { readonly kind: 'apply'; readonly event: CallEvent; readonly nextCheckAt: Date }
  | { readonly kind: 'wait'; readonly nextCheckAt: Date }
  /** `hasRungOut`: it rang in vain for as long as it was to. */
  | { readonly kind: 'hang_up'; readonly nextCheckAt: Date; readonly hasRungOut: boolean }
  | { readonly kind: 'end_as_lost' };

/** Seconds after the first doubt at which an unconfirmed call is looked for; then every five minutes until its deadline. */
const UNCONFIRMED_LOOKUPS_SECONDS = [5, 15, 60, 300] as const;

/** A call that the provider still carries this long after its deadline, though told to hang up, is given up. */
const OVERDUE_SECONDS = 120;

/** On top of the ring timeout: a provider that keeps it by itself has ended the call by then. */
export const RING_MARGIN_SECONDS = 20;

/** After this long it is seen whether a call that was told to has ended. */
const HANG_UP_CHECK_SECONDS = 2;

/** How long after the first doubt an unconfirmed job is looked at for the first time. */
export const FIRST_LOOKUP_SECONDS = UNCONFIRMED_LOOKUPS_SECONDS[0];

/**
 * Decides what a look-up means. A call that shall end is hung up also where the provider does not find it: it is known to have been there. `lookupIntervalSeconds` is the provider's pace for calls that are known to exist, and for asking again where
 * it did not answer: nothing was learned, and a slot is held.
 */
export function reviewJob(
  job: ReviewedJob,
  call: ReviewedCall,
  { now, lookupIntervalSeconds }: { now: Date; lookupIntervalSeconds: number },
): ReviewVerdict {
  const overdueSeconds = (now.getTime() - job.deadlineAt.getTime()) / 1000;
  const isAsUsual = job.isConfirmed || call.kind === 'unavailable';
  const nextCheckAt = after(now, isAsUsual ? lookupIntervalSeconds : unconfirmedPause(job.lookups));
  const soon = { nextCheckAt: after(now, HANG_UP_CHECK_SECONDS), hasRungOut: false };
  if (call.kind === 'found') {
    if (isOver(call.event)) return { kind: 'apply', event: call.event, nextCheckAt };
    if (overdueSeconds >= OVERDUE_SECONDS) return { kind: 'end_as_lost' };
    if (job.isHangupRequested) return { kind: 'hang_up', ...soon };
    if (overdueSeconds >= 0) return { kind: 'hang_up', nextCheckAt, hasRungOut: false };
    const { status } = call.event;
    const isOnItsWay = status === 'initiated' || status === 'ringing';
    if (isOnItsWay && now >= job.ringDeadlineAt) return { kind: 'hang_up', ...soon, hasRungOut: status === 'ringing' };
    return { kind: 'apply', event: call.event, nextCheckAt };
  }
  const cannotExist = call.kind === 'not_found' && call.isFinal;
  if (cannotExist || overdueSeconds >= 0) return { kind: 'end_as_lost' };
  return job.isHangupRequested && job.isConfirmed ? { kind: 'hang_up', ...soon } : { kind: 'wait', nextCheckAt };
}

function isOver(event: CallEvent): boolean {
  return event.status !== undefined && isFinalCallStatus(event.status);
}

function unconfirmedPause(lookups: number): number {
  const reached = UNCONFIRMED_LOOKUPS_SECONDS[Math.min(lookups, UNCONFIRMED_LOOKUPS_SECONDS.length - 1)] ?? 0;
  const next = UNCONFIRMED_LOOKUPS_SECONDS[lookups + 1];
  return next === undefined ? 300 : next - reached;
}

function after(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000);
}
