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

/** SQL of each property of `LockedCall`, of which the compiler wants every one. */
const COLUMNS: Readonly<Record<keyof LockedCall, string>> = {
  call_id: 'c.id',
  tenant_id: 'c.tenant_id',
  campaign_id: 'c.campaign_id',
  lead_id: 'c.lead_id',
  is_test: 'c.is_test',
  dialer_job_id: 'c.dialer_job_id',
  phone_number: 'c.phone_number',
  provider: 'c.provider',
  status: 'c.status',
  is_presumed: `c.is_presumed OR c.status = 'lost'`,
  provider_call_id: 'c.provider_call_id',
  answered_by: 'c.answered_by',
  has_person_spoken: `(c.is_relayed OR c.transcript IS NOT NULL) AND EXISTS (
    SELECT FROM conversations v WHERE v.call_id = c.id AND v.messages @> '[{"role": "person"}]')`,
  first_words: `c.decision -> 'first_words'`,
  first_words_said: 'c.first_words_said',
  outcome: 'c.outcome',
  end_reason: 'c.end_reason',
  answered_at: 'c.answered_at',
  ended_at: 'c.ended_at',
  duration_seconds: 'c.duration_seconds',
  cost: 'c.cost',
  recording_url: 'r.source_url',
  transcript: 'c.transcript',
  summary: 'c.summary',
  callback_at: 'c.callback_at',
  is_relayed: 'c.is_relayed',
  is_erased: 'l.erased_at IS NOT NULL',
  attempt: 'c.attempt',
  is_latest: 'c.attempt = l.call_attempts',
  started_at: 'c.started_at',
  earlier_attempts: 'l.earlier_attempts',
  campaign_status: 'k.status',
  retry_failed: 'k.retry_failed',
  max_retries: 'k.max_retries',
  max_call_seconds: 'k.max_call_seconds',
  retry_policy: 'k.retry_policy',
  min_gap_seconds: 'k.min_gap_seconds',
  end_at: 'k.end_at',
  record_calls: 'k.record_calls',
  voicemail_action: 'k.voicemail_action',
  breaker_attempts: 'k.breaker_attempts',
  breaker_faults: 'k.breaker_faults',
  other_outcomes: `coalesce((SELECT jsonb_object_agg(e.outcome, e.n) FROM (
    SELECT outcome, count(*) FILTER (WHERE attempt > l.earlier_attempts)::int AS n FROM calls
    WHERE lead_id = c.lead_id AND id <> c.id AND outcome IS NOT NULL GROUP BY outcome) e), '{}')`,
  now: 'now()',
};

const CALLS = `
    SELECT ${Object.entries(COLUMNS)
      .map(([name, sql]) => `${sql} AS ${name}`)
      .join(', ')}
    FROM calls c JOIN dialer_jobs j ON j.id = c.dialer_job_id JOIN leads l ON l.id = c.lead_id
      JOIN campaigns k ON k.id = c.campaign_id LEFT JOIN recordings r ON r.call_id = c.id AND NOT r.is_erased
    WHERE c.dialer_job_id = ANY($1::uuid[])
    ORDER BY c.dialer_job_id FOR UPDATE OF j, c`;

const LOCK_CALLS = { name: 'lock-calls', text: CALLS };
const LOCK_FREE_CALLS = { name: 'lock-free-calls', text: `${CALLS} SKIP LOCKED` };
