import type { FinalCallStatus } from '../call/call-status.js';
import type { DialerJobStatus } from './dialer-job-status.js';
import type { LeadStatus } from '../lead/lead-status.js';
import type { Outcome } from '../call/outcome.js';
import { retryDelaySeconds, retryPolicyOf, type RetryPolicy, type RetryReason } from './retry-policy.js';
import { plusSeconds } from '../values/plus-seconds.js';

export interface EndedAttempt {
  readonly outcome: Outcome | null;
  /** Calls made to the lead so far, this one included. A redial restarts the count. */
  readonly attempts: number;
  /** Calls to the lead, this one included, that ended with the same outcome. */
  readonly repeats: number;
  /** Calls to the lead, this one included, in which the person requested a call-back. Each allows one more attempt. */
  readonly callbacks: number;
  readonly callbackAt: Date | null;
  readonly placedAt: Date;
  /** Outcomes of the lead's other calls, whenever they were reported. */
  readonly otherOutcomes?: readonly Outcome[];
}

/** Terms of a campaign for calling a person again. */
export interface CampaignTerms {
  readonly retryFailed: boolean;
  readonly maxRetries: number;
  /** Delays that differ from the default policy. */
  readonly retryPolicy: Partial<RetryPolicy> | null;
  /** Seconds from the placement of one call to the placement of the next. */
  readonly minGapSeconds: number;
  readonly endAt: Date | null;
}

/** New state of the lead. */
export interface LeadSettlement {
  readonly status: LeadStatus;
  /** Set when the lead is to be called again. */
  readonly nextAttemptAt: Date | null;
}

/** Outcomes that decide about the person whatever other calls came to, strongest first. */
const STANDING_VERDICTS = ['opt_out', 'goal_reached', 'reached'] as const satisfies readonly Outcome[];

/** Returns the outcome that decides about a lead: a standing verdict of any call, or the outcome of this one. */
export function decisiveOutcome({
  outcome,
  otherOutcomes = [],
}: Pick<EndedAttempt, 'outcome' | 'otherOutcomes'>): Outcome | null {
  const told = [outcome, ...otherOutcomes];
  return STANDING_VERDICTS.find((verdict) => told.includes(verdict)) ?? outcome;
}

/** True if an outcome decides about a lead although a later call was placed. */
export function outweighsLaterCalls(outcome: Outcome | null): boolean {
  return outcome === 'callback_requested' || STANDING_VERDICTS.some((verdict) => verdict === outcome);
}

/**
 * Decides what becomes of a lead after an attempt. A person whom another call reached, or who opted out there, is not
 * called again. The end of that call may have been reported while this one was in progress.
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
  const nextAttemptAt = later(wantedAt, plusSeconds(attempt.placedAt, terms.minGapSeconds));
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

/** Returns the time of a call-back. Without a time it is the same time tomorrow; a past time means now. */
function callBackAt({ callbackAt }: EndedAttempt, now: Date): Date {
  return callbackAt ?? plusSeconds(now, ONE_DAY_SECONDS);
}

/** Returns the time of the retry. Null if the retries are used up, or the policy has none for this reason. */
function retryAt(attempt: EndedAttempt, terms: CampaignTerms, chance: { now: Date; random: number }): Date | null {
  const retriesUsed = attempt.attempts - attempt.callbacks - 1;
  if (retriesUsed >= (terms.retryFailed ? terms.maxRetries : 0)) return null;
  const asked = { reason: retryReason(attempt.outcome), repeats: attempt.repeats, random: chance.random };
  const delay = retryDelaySeconds(asked, retryPolicyOf(terms.retryPolicy));
  return delay === null ? null : plusSeconds(chance.now, delay);
}

/**
 * Returns the reason of a retry. A call that Outdial hung up before it was answered says nothing about the person. It
 * is retried like a provider error.
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

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** Returns `succeeded` if a person or a machine answered the call. */
export function dialerJobStatusAfter(callStatus: FinalCallStatus): DialerJobStatus {
  return callStatus === 'completed' ? 'succeeded' : 'failed';
}
