import type { SettledAttempt } from '#database/statements/engine/settle/settle-attempts.js';
import type { FinalCallStatus } from '#rules/call/call-status.js';
import { OUTCOMES, type Outcome } from '#rules/call/outcome.js';
import { decisiveOutcome, dialerJobStatusAfter, settleLead } from '#rules/attempt/settlement.js';
import type { CallChange } from './call-change.js';

export interface SettlingTerms {
  /** All changes of the batch: they may concern other calls to the same lead. */
  readonly changes: readonly CallChange[];
  /** Random number from 0 to 1 that spreads the retries. */
  readonly random: number;
}

/** Returns how the dialer job and the lead of an ended call are settled. */
export function toSettledAttempt(change: CallChange, { changes, random }: SettlingTerms): SettledAttempt {
  const { before, facts } = change;
  const told = { outcome: facts.outcome, otherOutcomes: otherOutcomes(change, changes) };
  const lead = settleLead(
    {
      ...told,
      attempts: before.attempt - before.earlier_attempts,
      repeats: 1 + (facts.outcome ? (before.other_outcomes[facts.outcome] ?? 0) : 0),
      callbacks: (before.other_outcomes.callback_requested ?? 0) + (facts.outcome === 'callback_requested' ? 1 : 0),
      callbackAt: facts.callbackAt,
      placedAt: before.started_at,
    },
    {
      retryFailed: before.retry_failed,
      maxRetries: before.max_retries,
      retryPolicy: before.retry_policy,
      minGapSeconds: before.is_test ? 0 : before.min_gap_seconds,
      endAt: before.end_at,
    },
    { now: before.now, random },
  );
  return {
    dialer_job_id: before.dialer_job_id,
    job_status: dialerJobStatusAfter(facts.status as FinalCallStatus),
    reason: facts.endReason,
    lead_id: before.lead_id,
    lead_status: lead.status,
    outcome: decisiveOutcome(told),
    next_attempt_at: lead.nextAttemptAt?.toISOString() ?? null,
  };
}

/** Returns outcomes of other calls to the same lead: those in the database, and those of this batch. */
function otherOutcomes({ before }: CallChange, changes: readonly CallChange[]): Outcome[] {
  const others = changes.filter((other) => other.before.lead_id === before.lead_id && other.before !== before);
  const toldNow = others.flatMap(({ facts }) => facts.outcome ?? []);
  return [...OUTCOMES.filter((outcome) => outcome in before.other_outcomes), ...toldNow];
}
