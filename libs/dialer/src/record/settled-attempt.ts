import type { SettledAttempt } from '#database/statements/settle-attempts.js';
import type { FinalCallStatus } from '#rules/call-status.js';
import { dialerJobStatusAfter, settleLead } from '#rules/settlement.js';
import type { CallChange } from './call-change.js';

/**
 * What an ended call means for its dialer job and its lead.
 * @param random from 0 to 1, spreads the retries.
 */
export function toSettledAttempt({ before, facts }: CallChange, random: number): SettledAttempt {
  const lead = settleLead(
    {
      outcome: facts.outcome,
      attempts: before.attempt - before.earlier_attempts,
      repeats: 1 + (facts.outcome ? (before.earlier_outcomes[facts.outcome] ?? 0) : 0),
      callbacks: (before.earlier_outcomes.callback_requested ?? 0) + (facts.outcome === 'callback_requested' ? 1 : 0),
      callbackAt: facts.callbackAt,
      placedAt: before.started_at,
    },
    {
      retryFailed: before.retry_failed,
      maxRetries: before.max_retries,
      retryPolicy: before.retry_policy,
      minGapSeconds: before.min_gap_seconds,
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
    outcome: facts.outcome,
    next_attempt_at: lead.nextAttemptAt?.toISOString() ?? null,
  };
}
