import type { FinalCallStatus } from '../call/call-status.js';
import type { DialerJobStatus } from './dialer-job-status.js';
import type { LeadStatus } from '../lead/lead-status.js';
import type { Outcome } from '../call/outcome.js';
import { retryDelaySeconds, retryPolicyOf, type RetryPolicy, type RetryReason } from './retry-policy.js';

/** One attempt that has ended. */
export interface EndedAttempt {
  readonly outcome: Outcome | null;
  /** Calls made to the lead so far, this one included; a redial begins to count anew. */
  readonly attempts: number;
  /** Calls to the lead, this one included, that ended with the same outcome. */
  readonly repeats: number;
  /**
   * Calls to the lead, this one included, in which the person asked to be called again; each allows one attempt more.
   */
  readonly callbacks: number;
  readonly callbackAt: Date | null;
  readonly placedAt: Date;
  /** Outcomes of the lead's other calls, whenever they were told. */
  readonly otherOutcomes?: readonly Outcome[];
}

/** What a campaign says about calling somebody again. */
export interface CampaignTerms {
  readonly retryFailed: boolean;
  readonly maxRetries: number;
  /** What differs from the default policy. */
  readonly retryPolicy: Partial<RetryPolicy> | null;
  /** From one call to the next, both counted from when they were placed. */
  readonly minGapSeconds: number;
  readonly endAt: Date | null;
}

/** What becomes of the lead. */
export interface LeadSettlement {
  readonly status: LeadStatus;
  /** Set when the lead is to be called again. */
  readonly nextAttemptAt: Date | null;
}

/** Verdicts that hold for the person whatever other calls came to, strongest first. */
const STANDING_VERDICTS = ['opt_out', 'goal_reached', 'reached'] as const satisfies readonly Outcome[];

/** The outcome that a lead goes by: a standing verdict of any of its calls, or else what this one came to. */
export function decisiveOutcome({
  outcome,
  otherOutcomes = [],
}: Pick<EndedAttempt, 'outcome' | 'otherOutcomes'>): Outcome | null {
  const told = [outcome, ...otherOutcomes];
  return STANDING_VERDICTS.find((verdict) => told.includes(verdict)) ?? outcome;
}

/** Whether an outcome decides about a lead although it has been called again since. */
export function outweighsLaterCalls(outcome: Outcome | null): boolean {
  return outcome === 'callback_requested' || STANDING_VERDICTS.some((verdict) => verdict === outcome);
}

/**
 * Decides what becomes of a lead after an attempt. A person who was reached in another call, or asked there not to be
 * called, is not called again: the end of that call may have been told while this one was on its way.
 * @param chance `random` from 0 to 1 spreads the retries.
 */
export function settleLead(
  attempt: EndedAttempt,
  terms: CampaignTerms,
  chance: { now: Date; random: number },
): LeadSettlement {
  const outcome = decisiveOutcome(attempt);
  const decided = outcome && DECIDED_BY_OUTCOME[outcome];
  if (decided) return { status: decided, nextAttemptAt: null };
  const wantedAt = outcome === 'callback_requested' ? callBackAt(attempt, chance.now) : retryAt(attempt, terms, chance);
  if (wantedAt === null) return { status: 'exhausted', nextAttemptAt: null };
  const nextAttemptAt = later(wantedAt, inSeconds(attempt.placedAt, terms.minGapSeconds));
  if (terms.endAt && nextAttemptAt >= terms.endAt) return { status: 'expired', nextAttemptAt: null };
  return { status: 'pending', nextAttemptAt };
}

const DECIDED_BY_OUTCOME: Partial<Record<Outcome, LeadStatus>> = {
  goal_reached: 'completed',
  reached: 'completed',
  bad_number: 'invalid',
  opt_out: 'suppressed',
};

const ONE_DAY_SECONDS = 86_400;

/** A call-back with no time is taken for the same time tomorrow; one that lies in the past is due now. */
function callBackAt({ callbackAt }: EndedAttempt, now: Date): Date {
  return callbackAt ?? inSeconds(now, ONE_DAY_SECONDS);
}

/** Null when the retries are used up, or the policy has none for this reason. */
function retryAt(attempt: EndedAttempt, terms: CampaignTerms, chance: { now: Date; random: number }): Date | null {
  const retriesUsed = attempt.attempts - attempt.callbacks - 1;
  if (retriesUsed >= (terms.retryFailed ? terms.maxRetries : 0)) return null;
  const asked = { reason: retryReason(attempt.outcome), repeats: attempt.repeats, random: chance.random };
  const delay = retryDelaySeconds(asked, retryPolicyOf(terms.retryPolicy));
  return delay === null ? null : inSeconds(chance.now, delay);
}

/**
 * A call that we hung up before it was answered says nothing about the person: it is repeated as our own error would
 * be.
 */
function retryReason(outcome: Outcome | null): RetryReason {
  switch (outcome) {
    case 'busy':
    case 'no_answer':
    case 'voicemail':
    case 'refused':
    case 'lost':
      return outcome;
    default:
      return 'provider_error';
  }
}

function inSeconds(from: Date, seconds: number): Date {
  return new Date(from.getTime() + Math.round(seconds * 1000));
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** A dialer job has succeeded when the call was answered, by whomever. */
export function dialerJobStatusAfter(callStatus: FinalCallStatus): DialerJobStatus {
  return callStatus === 'completed' ? 'succeeded' : 'failed';
}
