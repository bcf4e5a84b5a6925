import type { FinalCallStatus } from './call-status.js';
import type { DialerJobStatus } from './dialer-job-status.js';
import type { LeadStatus } from './lead-status.js';
import type { Outcome } from './outcome.js';
import { DEFAULT_RETRY_POLICY, retryDelaySeconds, type RetryPolicy, type RetryReason } from './retry-policy.js';

/** One attempt that has ended, and what its campaign allows. */
export interface EndedAttempt {
  readonly outcome: Outcome | null;
  /** Calls made to the lead so far, this one included. */
  readonly attempts: number;
  /** Calls to the lead, this one included, that ended with the same outcome. */
  readonly repeats: number;
  /** Calls to the lead, this one included, in which the person asked to be called again; each allows one attempt more. */
  readonly callbacks: number;
  readonly callbackAt: Date | null;
  readonly retryFailed: boolean;
  readonly maxRetries: number;
}

/** What becomes of the lead. */
export interface LeadSettlement {
  readonly status: LeadStatus;
  /** Set when the lead is to be called again. */
  readonly nextAttemptAt: Date | null;
}

/**
 * Decides what becomes of a lead after an attempt.
 * @param chance `random` from 0 to 1 spreads the retries.
 */
export function settleLead(
  attempt: EndedAttempt,
  chance: { now: Date; random: number },
  policy: RetryPolicy = DEFAULT_RETRY_POLICY,
): LeadSettlement {
  const decided = attempt.outcome && DECIDED_BY_OUTCOME[attempt.outcome];
  if (decided) return { status: decided, nextAttemptAt: null };
  if (attempt.outcome === 'callback_requested') return callBack(attempt, chance.now);
  return retry(attempt, chance, policy);
}

const DECIDED_BY_OUTCOME: Partial<Record<Outcome, LeadStatus>> = {
  goal_reached: 'completed',
  reached: 'completed',
  bad_number: 'invalid',
  opt_out: 'suppressed',
};

const ONE_DAY_SECONDS = 86_400;

/** A call-back with no time is taken for the same time tomorrow; one that lies in the past is due now. */
function callBack({ callbackAt }: EndedAttempt, now: Date): LeadSettlement {
  return { status: 'pending', nextAttemptAt: callbackAt ?? inSeconds(now, ONE_DAY_SECONDS) };
}

function retry(attempt: EndedAttempt, chance: { now: Date; random: number }, policy: RetryPolicy): LeadSettlement {
  const retriesUsed = attempt.attempts - attempt.callbacks - 1;
  const retriesAllowed = attempt.retryFailed ? attempt.maxRetries : 0;
  const reason = retryReason(attempt.outcome);
  const delay = retryDelaySeconds({ reason, repeats: attempt.repeats, random: chance.random }, policy);
  if (delay === null || retriesUsed >= retriesAllowed) return { status: 'exhausted', nextAttemptAt: null };
  return { status: 'pending', nextAttemptAt: inSeconds(chance.now, delay) };
}

/** A call that we hung up before it was answered says nothing about the person: it is repeated as our own error would be. */
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

/** A dialer job has succeeded when the call was answered, by whomever. */
export function dialerJobStatusAfter(callStatus: FinalCallStatus): DialerJobStatus {
  return callStatus === 'completed' ? 'succeeded' : 'failed';
}
