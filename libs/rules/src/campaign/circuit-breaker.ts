import type { Outcome } from '../call/outcome.js';

/** What is remembered of a campaign's latest attempts; both 0 while all is well. */
export interface BreakerState {
  readonly attempts: number;
  readonly faults: number;
}

export const CLOSED_BREAKER: BreakerState = { attempts: 0, faults: 0 };

/** Fewer attempts than this prove nothing. */
const LEAST_ATTEMPTS = 10;

/** From this share of faults on, dialing further only burns people's attempts. */
const FAULT_SHARE = 0.5;

/** Beyond this many attempts both counts are halved: what is long ago weighs less and less. */
const MOST_ATTEMPTS = 40;

/**
 * Ours or the provider's faults; that nobody answers is none, and a number that does not exist is the list's, if others
 * exist.
 */
const FAULTS: readonly (Outcome | null)[] = ['provider_error', 'refused', 'lost'];

export function isFault(outcome: Outcome | null): boolean {
  return FAULTS.includes(outcome);
}

/** What has become of a campaign's numbers so far, the latest attempts included. */
export interface NumbersTried {
  /** That do not exist, says the provider. */
  readonly bad: number;
  /** That rang, were busy or were answered. */
  readonly reached: number;
}

/**
 * Whether dialing must stop because no number exists: a trunk that is set up wrongly says so of everybody, and each of
 * them would be given up for good. Asked again with every ten more, for a person may have found that the list is like
 * that.
 * @param ended `bad`: among the latest attempts · `onTheLine`: calls of the last `LATELY_SECONDS` that go on.
 */
export function isNoNumberGood(
  tried: NumbersTried,
  ended: { readonly bad: number; readonly onTheLine: number },
): boolean {
  const tens = (count: number) => Math.floor(count / LEAST_ATTEMPTS);
  const areTenMore = tens(tried.bad) > tens(tried.bad - ended.bad);
  return areTenMore && tried.reached === 0 && ended.onTheLine <= tried.bad;
}

/**
 * Calls that were taken so lately count beside those that have ended: what fails ends at once, what goes well takes
 * minutes.
 */
export const LATELY_SECONDS = 60;

/**
 * Counts attempts that have ended, and says whether dialing must stop. Counting begins with the first fault, so that a
 * campaign in which all is well has nothing to write down. An attempt that ended well and turned out later to be a
 * fault (`late`) was counted already, if anything was; one that ended as a fault and turned out later to be none
 * (`cleared`) stays counted, and is no fault.
 * @param ended `onTheLine`: calls of the last `LATELY_SECONDS` that go on.
 */
export function afterAttempts(
  before: BreakerState,
  ended: {
    readonly attempts: number;
    readonly faults: number;
    readonly late?: number;
    readonly cleared?: number;
    readonly onTheLine: number;
  },
): { readonly state: BreakerState; readonly isTripped: boolean } {
  const late = ended.late ?? 0;
  const faults = Math.max(0, before.faults + ended.faults + late - (ended.cleared ?? 0));
  if (faults === 0) return { state: CLOSED_BREAKER, isTripped: false };
  const uncounted = before.faults === 0 ? late : 0;
  const state = { attempts: before.attempts + ended.attempts + uncounted, faults };
  const isTripped =
    state.attempts >= LEAST_ATTEMPTS && state.faults >= (state.attempts + ended.onTheLine) * FAULT_SHARE;
  return { state: isTripped ? CLOSED_BREAKER : faded(state), isTripped };
}

function faded({ attempts, faults }: BreakerState): BreakerState {
  if (attempts <= MOST_ATTEMPTS) return { attempts, faults };
  const left = { attempts: Math.floor(attempts / 2), faults: Math.floor(faults / 2) };
  return left.faults === 0 ? CLOSED_BREAKER : left;
}
