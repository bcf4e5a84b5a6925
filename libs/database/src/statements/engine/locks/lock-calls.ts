import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { FirstWords, FirstWordsSaid } from '#rules/first-words/first-words.js';
import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';
import type { RetryPolicy } from '#rules/attempt/retry-policy.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { Sql } from '../../../connection/sql.js';
import { numberLock } from './lock-numbers.js';

/** A locked call, with what settling it needs. */
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
  /** True: its final status is Outdial's own conclusion, not a report. */
  readonly is_presumed: boolean;
  readonly provider_call_id: string | null;
  readonly answered_by: AnsweredBy | null;
  /** True if the stored conversation has a turn of the person. */
  readonly has_person_spoken: boolean;
  /** First words as decided when the call was committed; null in calls of versions that had none. */
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
  /** True: the provider streams its conversation to Outdial. */
  readonly is_relayed: boolean;
  /** True: the person's data is erased and must not be stored again. */
  readonly is_erased: boolean;
  readonly attempt: number;
  /** True: no later attempt was committed when this was read. One may be queued. */
  readonly is_latest: boolean;
  readonly started_at: Date;
  /** Attempts before a redial, which do not count towards the cap. */
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
  /** Number of the lead's other calls by outcome, since the latest redial; 0 for outcomes of earlier calls only. */
  readonly other_outcomes: Partial<Record<Outcome, number>>;
  readonly now: Date;
}

/**
 * Locks the campaigns of these dialer jobs, in the order that `lockCampaign` describes. Any write to a call may move
 * their counters: the triggers subtract an ended call and add it again.
 */
export async function lockCampaignsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<void> {
  await sql.run(LOCK_CAMPAIGNS, [dialerJobIds]);
}

/** Uses an array, because a join planned while campaigns are few scans all of them, and the plan is kept. */
const LOCK_CAMPAIGNS = {
  name: 'lock-campaigns-of-jobs',
  text: `
    SELECT id FROM campaigns WHERE id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
    ORDER BY id FOR NO KEY UPDATE`,
};

/**
 * Locks campaigns, which the caller has locked, also against placements, in order of their ids. Their status may be
 * about to change (see `lockCampaign`).
 */
export async function lockAgainstPlacing(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(LOCK_AGAINST_PLACING, [campaignIds]);
}

const LOCK_AGAINST_PLACING = {
  name: 'lock-campaigns-against-placing',
  text: `SELECT id FROM campaigns WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
};

/** Locks the numbers of these dialer jobs (see `lockNumbers`). */
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

/** Locks the campaigns of these dialer jobs, and the tenant's other campaigns with the numbers of `optOutJobIds`. */
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

/** Locks these dialer jobs and their calls. A job without a call has no row. */
export function lockCalls(sql: Sql, dialerJobIds: readonly string[]): Promise<LockedCall[]> {
  return sql.run<LockedCall>(LOCK_CALLS, [dialerJobIds]);
}

/** Locks those of these dialer jobs, with their calls, that no other transaction has locked. */
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
        SELECT FROM conversations v WHERE v.call_id = c.id
          AND v.messages @> '[{"role": "person"}]') AS has_person_spoken,
      c.attempt = l.call_attempts AS is_latest, l.erased_at IS NOT NULL AS is_erased,
      l.earlier_attempts, k.status AS campaign_status, k.retry_failed, k.max_retries, k.retry_policy, k.min_gap_seconds,
      k.end_at, k.max_call_seconds,
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
