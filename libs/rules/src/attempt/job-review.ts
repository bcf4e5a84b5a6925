import type { CallReport } from '../call/call-report.js';
import { isFinalCallStatus } from '../call/call-status.js';
import { plusSeconds } from '../values/plus-seconds.js';

/** Answer of a provider to a lookup of a call. */
export type ReviewedCall =
  | { readonly kind: 'found'; readonly report: CallReport }
  | { readonly kind: 'not_found'; readonly isFinal: boolean }
  | { readonly kind: 'unavailable' };

/** A live dialer job whose placement is committed, at the time of a lookup. */
export interface ReviewedJob {
  readonly isConfirmed: boolean;
  /** Lookups before this one. */
  readonly lookups: number;
  readonly ringTimeoutSeconds: number;
  /** Ring timeout and longest conversation together, as they were when the call was placed. */
  readonly longestSeconds: number;
  /** Time by which ring timeout and longest conversation are over, with a margin, by the database's clock. */
  readonly deadlineAt: Date;
  /** Time by which the ring timeout is over, with a margin, by the database's clock. */
  readonly ringDeadlineAt: Date;
  /** Seconds for which sweepers have watched the job by their monotonic clocks: the call is at least as old. */
  readonly watchedSeconds: number;
  /** A client or the engine wants the call ended now. */
  readonly isHangupRequested: boolean;
}

export type ReviewVerdict =
  | { readonly kind: 'apply'; readonly report: CallReport; readonly nextCheckAt: Date }
  | { readonly kind: 'wait'; readonly nextCheckAt: Date }
  /** `hasRungOut`: the call rang unanswered for its whole ring timeout. */
  | { readonly kind: 'hang_up'; readonly nextCheckAt: Date; readonly hasRungOut: boolean }
  | { readonly kind: 'end_as_lost' };

/**
 * Seconds after the first doubt at which the sweeper looks up an unconfirmed call. Later lookups follow every five
 * minutes, and at the deadline.
 */
const UNCONFIRMED_LOOKUPS_SECONDS = [5, 15, 60, 300] as const;

/** Seconds on top of the ring timeout, by which a provider that enforces it has ended the call. */
export const RING_MARGIN_SECONDS = 20;

/** Seconds on top of ring timeout and longest conversation, for clocks, the hang-up and delays of the provider. */
export const DEADLINE_MARGIN_SECONDS = 30;

/** Seconds on top of ring timeout and longest conversation, after which a call without any report is given up. */
export const GIVE_UP_SECONDS = 120;

/** Seconds after a hang-up request until the sweeper checks that the call has ended. */
const HANG_UP_CHECK_SECONDS = 2;

/** Seconds between hang-up requests for an overdue call of a provider that does not answer. */
const HANG_UP_AGAIN_SECONDS = 30;

/** Seconds from the first doubt to the first lookup of an unconfirmed job. */
export const FIRST_LOOKUP_SECONDS = UNCONFIRMED_LOOKUPS_SECONDS[0];

interface Review {
  readonly job: ReviewedJob;
  readonly now: Date;
  /** Time of the next lookup where nothing is wrong. */
  readonly nextCheckAt: Date;
}

/**
 * Decides what a lookup means. `now` is the database's clock, which an administrator may have changed. Ending a call
 * therefore needs a second witness: the provider's account of its age, or the sweeper's monotonic clock.
 * `lookupIntervalSeconds` is the provider's pace for calls that are known to exist. It also applies where the provider
 * did not answer, because a slot is in use.
 */
export function reviewJob(
  job: ReviewedJob,
  call: ReviewedCall,
  { now, lookupIntervalSeconds }: { now: Date; lookupIntervalSeconds: number },
): ReviewVerdict {
  const isAsUsual = job.isConfirmed || call.kind === 'unavailable';
  const nextCheckAt = plusSeconds(now, isAsUsual ? lookupIntervalSeconds : unconfirmedPause(job.lookups));
  const review = { job, now, nextCheckAt };
  if (call.kind === 'found')
    return isOver(call.report)
      ? { kind: 'apply', report: call.report, nextCheckAt }
      : reviewLiveCall(review, call.report);
  return call.kind === 'not_found' && call.isFinal ? { kind: 'end_as_lost' } : reviewUnseenCall(review);
}

/** Decides about a call that the provider reports as alive. */
function reviewLiveCall({ job, now, nextCheckAt }: Review, report: CallReport): ReviewVerdict {
  const soon = plusSeconds(now, HANG_UP_CHECK_SECONDS);
  if (isOlderThan(job.longestSeconds + GIVE_UP_SECONDS, { job, now, report })) return { kind: 'end_as_lost' };
  if (job.isHangupRequested) return { kind: 'hang_up', nextCheckAt: soon, hasRungOut: false };
  if (isOlderThan(job.longestSeconds + DEADLINE_MARGIN_SECONDS, { job, now, report }))
    return { kind: 'hang_up', nextCheckAt: soon, hasRungOut: false };
  const { status } = report;
  const isOnItsWay = status === 'initiated' || status === 'ringing';
  if (isOnItsWay && hasRungTooLong(job, { now, report }))
    return { kind: 'hang_up', nextCheckAt: soon, hasRungOut: status === 'ringing' };
  return { kind: 'apply', report, nextCheckAt };
}

/** Decides about a call that the provider does not report or does not find yet: it may be in progress. */
function reviewUnseenCall({ job, now, nextCheckAt }: Review): ReviewVerdict {
  if (isOlderThan(job.longestSeconds + GIVE_UP_SECONDS, { job, now })) return { kind: 'end_as_lost' };
  if (job.isHangupRequested && job.isConfirmed)
    return { kind: 'hang_up', nextCheckAt: plusSeconds(now, HANG_UP_CHECK_SECONDS), hasRungOut: false };
  const secondsLeft = job.longestSeconds + DEADLINE_MARGIN_SECONDS - job.watchedSeconds;
  if (secondsLeft > 0)
    return { kind: 'wait', nextCheckAt: earlier(nextCheckAt, plusSeconds(now, Math.ceil(secondsLeft))) };
  return { kind: 'hang_up', nextCheckAt: plusSeconds(now, HANG_UP_AGAIN_SECONDS), hasRungOut: false };
}

/** Judges age by the provider's account; without one, by the clocks of the database and the sweepers together. */
function isOlderThan(
  seconds: number,
  { job, now, report }: { readonly job: ReviewedJob; readonly now: Date; readonly report?: CallReport },
): boolean {
  if (report?.ageSeconds !== undefined) return report.ageSeconds >= seconds;
  const overdueSeconds = (now.getTime() - job.deadlineAt.getTime()) / 1000;
  const ageSeconds = job.longestSeconds + DEADLINE_MARGIN_SECONDS + overdueSeconds;
  return ageSeconds >= seconds && job.watchedSeconds >= seconds;
}

function hasRungTooLong(
  job: ReviewedJob,
  { now, report }: { readonly now: Date; readonly report: CallReport },
): boolean {
  const limit = job.ringTimeoutSeconds + RING_MARGIN_SECONDS;
  if (report.ageSeconds !== undefined) return report.ageSeconds >= limit;
  return now >= job.ringDeadlineAt && job.watchedSeconds >= limit;
}

function isOver(report: CallReport): boolean {
  return report.status !== undefined && isFinalCallStatus(report.status);
}

function unconfirmedPause(lookups: number): number {
  const reached = UNCONFIRMED_LOOKUPS_SECONDS[Math.min(lookups, UNCONFIRMED_LOOKUPS_SECONDS.length - 1)] ?? 0;
  const next = UNCONFIRMED_LOOKUPS_SECONDS[lookups + 1];
  return next === undefined ? 300 : next - reached;
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
