import type { Outcome } from '../call/outcome.js';

/** Counts of a campaign's latest attempts and of the faults among them; both 0 while there are no faults. */
export interface BreakerState {
  readonly attempts: number;
  readonly faults: number;
}

export const CLOSED_BREAKER: BreakerState = { attempts: 0, faults: 0 };

/** Attempts below which the breaker does not open. */
const LEAST_ATTEMPTS = 10;

/** Share of faults from which on further dialing only uses up people's attempts. */
const FAULT_SHARE = 0.5;

/** Attempts beyond which both counts are halved, so that old attempts weigh less and less. */
const MOST_ATTEMPTS = 40;

/**
 * Outcomes that are faults of Outdial or of the provider. An unanswered call is none. A number that does not exist is a
 * fault of the list, if other numbers exist.
 */
export const FAULT_OUTCOMES: readonly Outcome[] = ['provider_error', 'refused', 'lost'];

export function isFault(outcome: Outcome | null): boolean {
  return outcome !== null && FAULT_OUTCOMES.includes(outcome);
}

/** Results of a campaign's numbers so far, the latest attempts included. */
export interface NumbersTried {
  /** Numbers that do not exist, as the provider reports. */
  readonly bad: number;
  /** Numbers that rang, were busy or were answered. */
  readonly reached: number;
}

/**
 * True if dialing must stop because no number exists. A misconfigured trunk reports that of every number, and each of
 * them would be given up for good.
 * The rule applies again with every ten more. A user may have found that the list is like that.
 * @param ended `bad`: bad numbers among the latest attempts · `inCall`: recent calls that continue (`LATELY_SECONDS`).
 */
export function isNoNumberGood(tried: NumbersTried, ended: { readonly bad: number; readonly inCall: number }): boolean {
  const tens = (count: number) => Math.floor(count / LEAST_ATTEMPTS);
  const areTenMore = tens(tried.bad) > tens(tried.bad - ended.bad);
  return areTenMore && tried.reached === 0 && ended.inCall <= tried.bad;
}

/** Age of calls in progress that count beside ended ones. A failing call ends at once, and a good one takes minutes. */
export const LATELY_SECONDS = 60;

/**
 * Counts attempts that have ended, and says if dialing must stop. The count begins with the first fault, so that a
 * healthy campaign writes nothing.
 * An attempt that ended well and became a fault later (`late`) was already counted, if anything was. One that ended as
 * a fault and became none later (`cleared`) stays counted, but not as a fault.
 * @param ended `inCall`: recent calls that continue (`LATELY_SECONDS`).
 */
export function afterAttempts(
  before: BreakerState,
  ended: {
    readonly attempts: number;
    readonly faults: number;
    readonly late?: number;
    readonly cleared?: number;
    readonly inCall: number;
  },
): { readonly state: BreakerState; readonly isTripped: boolean } {
  const late = ended.late ?? 0;
  const faults = Math.max(0, before.faults + ended.faults + late - (ended.cleared ?? 0));
  if (faults === 0) return { state: CLOSED_BREAKER, isTripped: false };
  const uncounted = before.faults === 0 ? late : 0;
  const state = { attempts: before.attempts + ended.attempts + uncounted, faults };
  const isTripped = state.attempts >= LEAST_ATTEMPTS && state.faults >= (state.attempts + ended.inCall) * FAULT_SHARE;
  return { state: isTripped ? CLOSED_BREAKER : faded(state), isTripped };
}

function faded({ attempts, faults }: BreakerState): BreakerState {
  if (attempts <= MOST_ATTEMPTS) return { attempts, faults };
  const left = { attempts: Math.floor(attempts / 2), faults: Math.floor(faults / 2) };
  return left.faults === 0 ? CLOSED_BREAKER : left;
}
