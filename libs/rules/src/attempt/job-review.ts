import type { CallEvent } from '../call/call-report.js';
import { isFinalCallStatus } from '../call/call-status.js';

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
  readonly ringTimeoutSeconds: number;
  /** Ring timeout and longest conversation together, as they were when the call was placed. */
  readonly longestSeconds: number;
  /** By the database's clock, ring timeout and longest conversation are over by then, with a margin. */
  readonly deadlineAt: Date;
  /** By the database's clock, the ring timeout is over by then, with a margin. */
  readonly ringDeadlineAt: Date;
  /**
   * Seconds for which sweepers have had the job in view, by their own monotonic clocks: the call is at least as old.
   */
  readonly watchedSeconds: number;
  /** Somebody wants the call ended now. */
  readonly isHangupRequested: boolean;
}

export type ReviewVerdict =
  | { readonly kind: 'apply'; readonly event: CallEvent; readonly nextCheckAt: Date }
  | { readonly kind: 'wait'; readonly nextCheckAt: Date }
  /** `hasRungOut`: it rang in vain for as long as it was to. */
  | { readonly kind: 'hang_up'; readonly nextCheckAt: Date; readonly hasRungOut: boolean }
  | { readonly kind: 'end_as_lost' };

/**
 * Seconds after the first doubt at which an unconfirmed call is looked for; then every five minutes, and at its
 * deadline.
 */
const UNCONFIRMED_LOOKUPS_SECONDS = [5, 15, 60, 300] as const;

/** On top of the ring timeout: a provider that keeps it by itself has ended the call by then. */
export const RING_MARGIN_SECONDS = 20;

/** On top of ring timeout and longest conversation: clocks, hang-up and a provider's own delays. */
export const DEADLINE_MARGIN_SECONDS = 30;

/** On top of ring timeout and longest conversation: a call of which nobody can tell anything is given up then. */
export const GIVE_UP_SECONDS = 120;

/** After this long it is seen whether a call that was told to has ended. */
const HANG_UP_CHECK_SECONDS = 2;

/** A provider that does not answer is asked to end an overdue call this often. */
const HANG_UP_AGAIN_SECONDS = 30;

/** How long after the first doubt an unconfirmed job is looked at for the first time. */
export const FIRST_LOOKUP_SECONDS = UNCONFIRMED_LOOKUPS_SECONDS[0];

interface Review {
  readonly job: ReviewedJob;
  readonly now: Date;
  /** When the job is looked at again where nothing is amiss. */
  readonly nextCheckAt: Date;
}

/**
 * Decides what a look-up means. `now` is the database's clock, which may have been set: what ends a call on the line
 * needs a witness beside it, the provider's own account of the call's age or the sweeper's monotonic clock.
 * `lookupIntervalSeconds` is the provider's pace for calls that are known to exist, and for asking again where it did
 * not answer: nothing was learned, and a slot is in use.
 */
export function reviewJob(
  job: ReviewedJob,
  call: ReviewedCall,
  { now, lookupIntervalSeconds }: { now: Date; lookupIntervalSeconds: number },
): ReviewVerdict {
  const isAsUsual = job.isConfirmed || call.kind === 'unavailable';
  const nextCheckAt = after(now, isAsUsual ? lookupIntervalSeconds : unconfirmedPause(job.lookups));
  const review = { job, now, nextCheckAt };
  if (call.kind === 'found')
    return isOver(call.event) ? { kind: 'apply', event: call.event, nextCheckAt } : onTheLine(review, call.event);
  return call.kind === 'not_found' && call.isFinal ? { kind: 'end_as_lost' } : outOfSight(review);
}

/** The provider tells that the call lives. */
function onTheLine({ job, now, nextCheckAt }: Review, event: CallEvent): ReviewVerdict {
  const soon = after(now, HANG_UP_CHECK_SECONDS);
  if (isOlderThan(job.longestSeconds + GIVE_UP_SECONDS, { job, now, event })) return { kind: 'end_as_lost' };
  if (job.isHangupRequested) return { kind: 'hang_up', nextCheckAt: soon, hasRungOut: false };
  if (isOlderThan(job.longestSeconds + DEADLINE_MARGIN_SECONDS, { job, now, event }))
    return { kind: 'hang_up', nextCheckAt: soon, hasRungOut: false };
  const { status } = event;
  const isOnItsWay = status === 'initiated' || status === 'ringing';
  if (isOnItsWay && hasRungTooLong(job, { now, event }))
    return { kind: 'hang_up', nextCheckAt: soon, hasRungOut: status === 'ringing' };
  return { kind: 'apply', event, nextCheckAt };
}

/** The provider does not answer, or does not find the call yet: it may be on the line. */
function outOfSight({ job, now, nextCheckAt }: Review): ReviewVerdict {
  if (isOlderThan(job.longestSeconds + GIVE_UP_SECONDS, { job, now })) return { kind: 'end_as_lost' };
  if (job.isHangupRequested && job.isConfirmed)
    return { kind: 'hang_up', nextCheckAt: after(now, HANG_UP_CHECK_SECONDS), hasRungOut: false };
  const secondsLeft = job.longestSeconds + DEADLINE_MARGIN_SECONDS - job.watchedSeconds;
  if (secondsLeft > 0) return { kind: 'wait', nextCheckAt: earlier(nextCheckAt, after(now, Math.ceil(secondsLeft))) };
  return { kind: 'hang_up', nextCheckAt: after(now, HANG_UP_AGAIN_SECONDS), hasRungOut: false };
}

/** By the provider's own account; where it has none, by the database's clock and the sweepers' together. */
function isOlderThan(
  seconds: number,
  { job, now, event }: { readonly job: ReviewedJob; readonly now: Date; readonly event?: CallEvent },
): boolean {
  if (event?.ageSeconds !== undefined) return event.ageSeconds >= seconds;
  const overdueSeconds = (now.getTime() - job.deadlineAt.getTime()) / 1000;
  const ageSeconds = job.longestSeconds + DEADLINE_MARGIN_SECONDS + overdueSeconds;
  return ageSeconds >= seconds && job.watchedSeconds >= seconds;
}

function hasRungTooLong(job: ReviewedJob, { now, event }: { readonly now: Date; readonly event: CallEvent }): boolean {
  const limit = job.ringTimeoutSeconds + RING_MARGIN_SECONDS;
  if (event.ageSeconds !== undefined) return event.ageSeconds >= limit;
  return now >= job.ringDeadlineAt && job.watchedSeconds >= limit;
}

function isOver(event: CallEvent): boolean {
  return event.status !== undefined && isFinalCallStatus(event.status);
}

function unconfirmedPause(lookups: number): number {
  const reached = UNCONFIRMED_LOOKUPS_SECONDS[Math.min(lookups, UNCONFIRMED_LOOKUPS_SECONDS.length - 1)] ?? 0;
  const next = UNCONFIRMED_LOOKUPS_SECONDS[lookups + 1];
  return next === undefined ? 300 : next - reached;
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}

function after(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000);
}
