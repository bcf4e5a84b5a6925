import {
  CALLING_DIALER_JOB_STATUSES,
  dialerJobStatusesExcept,
  LIVE_DIALER_JOB_STATUSES,
} from '#rules/attempt/dialer-job-status.js';
import { AWAITED_GATES } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import { hasUnplaced } from '../claim/calling-hours.js';
import { IS_AREA_CALLABLE } from '../eligibility/gates.js';
import { isImporting } from '../claim/open-imports.js';
import { sqlList } from '../../parts/sql-list.js';

/** End of an attempt, for its dialer job and its lead. The caller has locked the job, its call and its campaign. */
export interface SettledAttempt {
  readonly dialer_job_id: string;
  readonly job_status: string;
  readonly reason: string | null;
  readonly lead_id: string;
  readonly lead_status: string;
  readonly outcome: string | null;
  readonly next_attempt_at: string | null;
}

/**
 * Ends dialer jobs and gives their leads the status that the retry policy chose. Jobs that have ended stay as they are.
 * A trigger updates the campaign's counters in the same statement. A lead that a client removed stays removed; the new
 * status is stored for when it is added again.
 */
export async function settleAttempts(sql: Sql, attempts: readonly SettledAttempt[]): Promise<void> {
  await sql.run(SETTLE, [JSON.stringify(attempts)]);
}

/** Uses `NOT IN`: with `IN`, PostgreSQL scans the partial index of live jobs instead of the primary key. */
const IS_CALLING = `j.status NOT IN (${sqlList(dialerJobStatusesExcept(...CALLING_DIALER_JOB_STATUSES))})`;

const SETTLE = {
  name: 'settle-attempts',
  text: `
    WITH attempt AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS a (
        dialer_job_id uuid, job_status text, reason text, lead_id uuid, lead_status text, outcome text,
        next_attempt_at timestamptz)
    ), job AS (
      UPDATE dialer_jobs j SET status = a.job_status, reason = left(a.reason, 255), check_at = NULL, finished_at = now()
      FROM attempt a
      WHERE j.id = a.dialer_job_id AND ${IS_CALLING}
      RETURNING a.*
    )
    UPDATE leads l SET
      status = CASE WHEN l.status = 'in_progress' THEN job.lead_status ELSE l.status END,
      removed_status = CASE WHEN l.status = 'removed' THEN job.lead_status END,
      outcome = job.outcome,
      block_code = NULL,
      retry_at = job.next_attempt_at,
      next_attempt_at = coalesce(job.next_attempt_at, l.next_attempt_at)
    FROM job WHERE l.id = job.lead_id`,
};

/** Corrects the concluded end of dialer jobs to the one that the provider has reported. The caller has locked them. */
export async function correctJobs(sql: Sql, attempts: readonly SettledAttempt[]): Promise<void> {
  await sql.run(CORRECT_JOBS, [JSON.stringify(attempts)]);
}

const CORRECT_JOBS = {
  name: 'correct-jobs',
  text: `
    UPDATE dialer_jobs j SET status = a.job_status, reason = left(a.reason, 255)
    FROM jsonb_to_recordset($1::jsonb) AS a (dialer_job_id uuid, job_status text, reason text)
    WHERE j.id = a.dialer_job_id AND j.status IN ('succeeded', 'failed')`,
};

/** Lead to which a late report gives another end, and that end. */
export type ResettledLead = Omit<SettledAttempt, 'dialer_job_id' | 'job_status' | 'reason'>;

/**
 * Cancels the retries of these leads that are only queued.
 * @returns the leads whose retry was canceled.
 */
export async function withdrawRetries(sql: Sql, leads: readonly ResettledLead[]): Promise<string[]> {
  const rows = await sql.run<{ lead_id: string }>(WITHDRAW_RETRIES, [JSON.stringify(leads)]);
  return rows.map(({ lead_id }) => lead_id);
}

const WITHDRAW_RETRIES = {
  name: 'withdraw-retries',
  text: `
    WITH retry AS (
      SELECT j.id FROM dialer_jobs j
      WHERE j.lead_id = ANY(ARRAY(SELECT lead_id FROM jsonb_to_recordset($1::jsonb) AS a (lead_id uuid)))
        AND j.status = 'queued'
      ORDER BY j.id FOR UPDATE OF j
    )
    UPDATE dialer_jobs j SET status = 'canceled', reason = 'outcome_told_late', check_at = NULL, finished_at = now()
    FROM retry WHERE j.id = retry.id RETURNING j.lead_id`,
};

/**
 * Updates the leads that are not being called, and those whose retry was withdrawn. A removed lead stays removed. A
 * lead on the do-not-call list becomes `completed` only, since its number may be taken off the list again.
 */
export async function updateResettled(
  sql: Sql,
  { leads, withdrawnIds }: { leads: readonly ResettledLead[]; withdrawnIds: readonly string[] },
): Promise<void> {
  await sql.run(RESETTLE, [JSON.stringify(leads), withdrawnIds]);
}

const RESETTLE = {
  name: 'resettle-leads',
  text: `
    UPDATE leads l SET
      status = CASE WHEN l.status = 'removed' THEN l.status ELSE a.lead_status END,
      removed_status = CASE WHEN l.status = 'removed' THEN a.lead_status END,
      outcome = a.outcome, block_code = NULL, retry_at = a.next_attempt_at,
      next_attempt_at = coalesce(a.next_attempt_at, l.next_attempt_at)
    FROM jsonb_to_recordset($1::jsonb) AS a (lead_id uuid, lead_status text, outcome text, next_attempt_at timestamptz)
    WHERE l.id = a.lead_id AND l.erased_at IS NULL AND (
      coalesce(l.removed_status, l.status) IN ('pending', 'completed', 'exhausted', 'invalid', 'expired', 'removed')
      OR coalesce(l.removed_status, l.status) = 'in_progress' AND l.id = ANY($2::uuid[])
      OR coalesce(l.removed_status, l.status) = 'suppressed'
        AND (a.lead_status = 'suppressed' OR a.lead_status = 'completed' AND l.block_code = 'dnc'))`,
};

/** Sets completed campaigns running again in which one of these leads is pending. */
export async function reopenCampaigns(sql: Sql, leadIds: readonly string[]): Promise<void> {
  await sql.run(REOPEN, [leadIds]);
}

const REOPEN = {
  name: 'reopen-campaigns',
  text: `
    UPDATE campaigns k SET status = 'running', completed_at = NULL, wake_at = now()
    WHERE k.status = 'completed' AND k.id IN (
      SELECT l.campaign_id FROM leads l WHERE l.id = ANY($1::uuid[]) AND l.status = 'pending')`,
};

/** Returns the number of a campaign's calls that were placed in the last seconds and are in progress. */
export async function callsInCall(sql: Sql, campaignId: string, lastSeconds: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(IN_CALL, [campaignId, lastSeconds]);
  return row?.n ?? 0;
}

const IN_CALL = {
  name: 'calls-on-the-line',
  text: `
    SELECT count(*)::int AS n FROM dialer_jobs
    WHERE campaign_id = $1 AND status = 'active' AND dialing_at > now() - $2 * interval '1 second'`,
};

/** Returns how many of a campaign's calls found no such number, and how many reached a phone. */
export async function numbersTried(sql: Sql, campaignId: string): Promise<{ bad: number; reached: number }> {
  const [row] = await sql.run<{ bad: number; reached: number }>(NUMBERS_TRIED, [campaignId]);
  return row ?? { bad: 0, reached: 0 };
}

const NUMBERS_TRIED = {
  name: 'numbers-tried',
  text: `
    SELECT coalesce(sum(n) FILTER (WHERE status = 'bad_number'), 0)::int AS bad,
      coalesce(sum(n)
        FILTER (WHERE status NOT IN ('bad_number', 'provider_error', 'refused', 'lost')), 0)::int AS reached
    FROM campaign_tallies WHERE campaign_id = $1 AND subject = 'outcome'`,
};

/** State of a campaign's circuit breaker. */
export interface BreakerState {
  readonly campaign_id: string;
  readonly attempts: number;
  readonly faults: number;
}

/** Stores the state of the circuit breakers of campaigns, locked by the caller. */
export async function setBreakers(sql: Sql, states: readonly BreakerState[]): Promise<void> {
  if (states.length > 0) await sql.run(SET_BREAKERS, [JSON.stringify(states)]);
}

const SET_BREAKERS = {
  name: 'set-breakers',
  text: `
    UPDATE campaigns k SET breaker_attempts = s.attempts, breaker_faults = s.faults
    FROM jsonb_to_recordset($1::jsonb) AS s (campaign_id uuid, attempts int, faults int) WHERE k.id = s.campaign_id`,
};

/**
 * True if no job is live, no lead may be called or may still consent, and no import runs. Each is one index probe.
 * PostgreSQL plans NOT EXISTS as a join over all leads once most of them wait (477 ms at a million).
 */
export const NOTHING_LEFT = `
  NOT ${hasUnplaced('k.id')}
  AND (SELECT h.area_id FROM campaign_hours h WHERE h.campaign_id = k.id AND ${IS_AREA_CALLABLE} AND (
    SELECT l.next_attempt_at FROM leads l WHERE l.campaign_id = k.id AND l.area_id = h.area_id AND l.status = 'pending'
    ORDER BY l.next_attempt_at LIMIT 1) < 'infinity' LIMIT 1) IS NULL
  AND (SELECT j.id FROM dialer_jobs j WHERE j.campaign_id = k.id AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})
    ORDER BY j.status LIMIT 1) IS NULL
  AND (SELECT l.id FROM leads l WHERE l.campaign_id = k.id AND l.block_code IN (${sqlList(AWAITED_GATES)})
    AND l.status = 'pending' LIMIT 1) IS NULL
  AND NOT ${isImporting('k.id')}`;

/** Returns true if no lead of a campaign is being called or can be called later. */
export async function isNobodyLeft(sql: Sql, campaignId: string): Promise<boolean> {
  const [row] = await sql.run<{ is_left: boolean }>(NOBODY_LEFT, [campaignId]);
  return row?.is_left ?? true;
}

const NOBODY_LEFT = { name: 'nobody-left', text: `SELECT ${NOTHING_LEFT} AS is_left FROM campaigns k WHERE k.id = $1` };

/**
 * Completes running campaigns that have no lead left to call, now or later. A campaign without any lead stays running:
 * contacts that are added to it are called at once.
 */
export async function completeExhaustedCampaigns(sql: Sql, campaignIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(COMPLETE, [campaignIds]);
  return rows.map((row) => row.id);
}

const COMPLETE = {
  name: 'complete-exhausted-campaigns',
  text: `
    UPDATE campaigns k SET status = 'completed', status_reason = NULL, completed_at = now()
    WHERE k.id = ANY($1::uuid[]) AND k.status = 'running' AND k.total_leads > 0 AND ${NOTHING_LEFT}
    RETURNING k.id`,
};
