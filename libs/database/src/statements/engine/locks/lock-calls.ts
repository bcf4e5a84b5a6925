import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { FirstWords, FirstWordsSaid } from '#rules/first-words/first-words.js';
import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';
import type { RetryPolicy } from '#rules/attempt/retry-policy.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { Sql } from '../../../connection/sql.js';
import { numberLock } from './lock-numbers.js';

/** A call, locked, with what is needed to settle it. */
export interface LockedCall {
  readonly call_id: string;
  readonly tenant_id: string;
  readonly campaign_id: string;
  readonly lead_id: string;
  readonly is_test: boolean;
  readonly dialer_job_id: string;
  readonly phone_number: string;
  readonly provider: string;
  readonly status: CallStatus;
  /** Its status is final, and Outdial's own conclusion. */
  readonly is_presumed: boolean;
  readonly provider_call_id: string | null;
  readonly answered_by: AnsweredBy | null;
  /** Known while a conversation of its own is kept, or a transcript. */
  readonly has_person_spoken: boolean;
  /** First words as decided at the commit; null in calls of versions that had none. */
  readonly first_words: FirstWords | null;
  readonly first_words_said: FirstWordsSaid | null;
  readonly outcome: Outcome | null;
  readonly end_reason: string | null;
  readonly answered_at: Date | null;
  readonly ended_at: Date | null;
  readonly duration_seconds: number | null;
  readonly cost: string | null;
  readonly recording_url: string | null;
  readonly transcript: string | null;
  readonly summary: string | null;
  readonly callback_at: Date | null;
  /** Its conversation was to come to us. */
  readonly is_relayed: boolean;
  /** The person's data is gone and must not come back. */
  readonly is_erased: boolean;
  readonly attempt: number;
  /** No later attempt to reach the lead was committed when this was read; one may be queued. */
  readonly is_latest: boolean;
  readonly started_at: Date;
  /** Attempts before a redial, which the cap counts no more. */
  readonly earlier_attempts: number;
  readonly campaign_status: CampaignStatus;
  readonly retry_failed: boolean;
  readonly max_retries: number;
  readonly max_call_seconds: number;
  readonly retry_policy: Partial<RetryPolicy> | null;
  readonly min_gap_seconds: number;
  readonly end_at: Date | null;
  readonly record_calls: boolean;
  readonly voicemail_action: VoicemailAction;
  readonly breaker_attempts: number;
  readonly breaker_faults: number;
  /** Other calls to the lead since the latest redial, by outcome; 0 for an outcome that only calls before it had. */
  readonly other_outcomes: Partial<Record<Outcome, number>>;
  readonly now: Date;
}

/**
 * Locks the campaigns of these dialer jobs: writing a call may move their counters, also when only a fact is filled in,
 * since the triggers take an ended call off and add it again. See `lockCampaign` for the order of locks.
 */
export async function lockCampaignsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<void> {
  await sql.run(LOCK_CAMPAIGNS, [dialerJobIds]);
}

/**
 * Asked for by an array: a join may be planned as a walk through all campaigns, while there are few, and is kept when
 * there are many.
 */
const LOCK_CAMPAIGNS = {
  name: 'lock-campaigns-of-jobs',
  text: `
    SELECT id FROM campaigns WHERE id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
    ORDER BY id FOR NO KEY UPDATE`,
};

/**
 * Holds campaigns that the caller has locked against placing as well, in their order: their status may be about to
 * change. See `lockCampaign`.
 */
export async function holdAgainstPlacing(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(HOLD_AGAINST_PLACING, [campaignIds]);
}

const HOLD_AGAINST_PLACING = {
  name: 'hold-against-placing',
  text: `SELECT id FROM campaigns WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
};

/** See `lockNumbers`, for the numbers of these dialer jobs. */
export async function lockNumbersOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<void> {
  await sql.run(LOCK_NUMBERS, [dialerJobIds]);
}

const LOCK_NUMBERS = {
  name: 'lock-numbers-of-jobs',
  text: `
    SELECT pg_advisory_xact_lock(lock) FROM (
      SELECT DISTINCT ${numberLock('l')} AS lock FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id
      WHERE j.id = ANY($1::uuid[]) ORDER BY 1) n`,
};

/** Locks the campaigns of these dialer jobs, and all those of the tenant that have the numbers of some of them. */
export async function lockCampaignsOfNumbers(
  sql: Sql,
  { jobIds, optOutJobIds }: { jobIds: readonly string[]; optOutJobIds: readonly string[] },
): Promise<void> {
  await sql.run(LOCK_CAMPAIGNS_OF_NUMBERS, [jobIds, optOutJobIds]);
}

const LOCK_CAMPAIGNS_OF_NUMBERS = {
  name: 'lock-campaigns-of-numbers',
  text: `
    SELECT id FROM campaigns WHERE id = ANY(ARRAY(
      SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])
      UNION SELECT l.campaign_id FROM dialer_jobs j JOIN leads o ON o.id = j.lead_id
        JOIN leads l ON l.number_key = o.number_key AND l.tenant_id = o.tenant_id
      WHERE j.id = ANY($2::uuid[])))
    ORDER BY id FOR NO KEY UPDATE`,
};

/** Locks these dialer jobs and their calls; jobs without a call have no row here. */
export function lockCalls(sql: Sql, dialerJobIds: readonly string[]): Promise<LockedCall[]> {
  return sql.run<LockedCall>(LOCK_CALLS, [dialerJobIds]);
}

/** The same for those of them that nobody has at this moment. */
export function lockFreeCalls(sql: Sql, dialerJobIds: readonly string[]): Promise<LockedCall[]> {
  return sql.run<LockedCall>(LOCK_FREE_CALLS, [dialerJobIds]);
}

const CALLS = `
    SELECT c.id AS call_id, c.tenant_id, c.campaign_id, c.lead_id, c.is_test, c.dialer_job_id, c.phone_number,
      c.provider, c.status,
      c.is_presumed OR c.status = 'lost' AS is_presumed, c.provider_call_id,
      c.answered_by, c.decision -> 'first_words' AS first_words, c.first_words_said, c.outcome, c.end_reason,
        c.answered_at, c.ended_at, c.duration_seconds, c.cost, c.is_relayed,
      r.source_url AS recording_url, c.transcript, c.summary, c.callback_at, c.attempt, c.started_at,
      (c.is_relayed OR c.transcript IS NOT NULL) AND EXISTS (
        SELECT FROM conversations v WHERE v.call_id = c.id AND v.messages @> '[{"role": "person"}]') AS has_person_spoken,
      c.attempt = l.call_attempts AS is_latest, l.erased_at IS NOT NULL AS is_erased,
      l.earlier_attempts, k.status AS campaign_status, k.retry_failed, k.max_retries, k.retry_policy, k.min_gap_seconds, k.end_at, k.max_call_seconds,
      k.record_calls, k.voicemail_action,
      k.breaker_attempts, k.breaker_faults,
      coalesce((SELECT jsonb_object_agg(e.outcome, e.n) FROM (
        SELECT outcome, count(*) FILTER (WHERE attempt > l.earlier_attempts)::int AS n FROM calls
        WHERE lead_id = c.lead_id AND id <> c.id AND outcome IS NOT NULL GROUP BY outcome) e), '{}') AS other_outcomes,
      now() AS now
    FROM calls c JOIN dialer_jobs j ON j.id = c.dialer_job_id JOIN leads l ON l.id = c.lead_id
      JOIN campaigns k ON k.id = c.campaign_id LEFT JOIN recordings r ON r.call_id = c.id AND NOT r.is_erased
    WHERE c.dialer_job_id = ANY($1::uuid[])
    ORDER BY c.dialer_job_id FOR UPDATE OF j, c`;

const LOCK_CALLS = { name: 'lock-calls', text: CALLS };
const LOCK_FREE_CALLS = { name: 'lock-free-calls', text: `${CALLS} SKIP LOCKED` };
