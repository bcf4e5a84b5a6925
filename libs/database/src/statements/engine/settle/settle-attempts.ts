import { AWAITED_GATES } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import { hasUnplaced } from '../claim/calling-hours.js';
import { IS_AREA_CALLABLE } from '../eligibility/gates.js';
import { isImporting } from '../../imports/open-imports.js';

/** How an attempt ended, for its dialer job and its lead; the caller has locked its job, its call and its campaign. */
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
 * Ends dialer jobs and puts their leads where the retry policy says. The campaign's counters follow by trigger in the
 * same statement. Only jobs that are still live are settled. A lead that a person removed meanwhile stays removed, and
 * remembers what the call has led to for when it is added again.
 */
export async function settleAttempts(sql: Sql, attempts: readonly SettledAttempt[]): Promise<void> {
  await sql.run(SETTLE, [JSON.stringify(attempts)]);
}

/**
 * Said as what it is not: `status IN (live ones)` would make PostgreSQL walk the index of all live jobs instead of
 * asking for these by id.
 */
const ENDED_JOBS = `'succeeded', 'failed', 'canceled', 'skipped'`;

const SETTLE = {
  name: 'settle-attempts',
  text: `
    WITH attempt AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS a (
        dialer_job_id uuid, job_status text, reason text, lead_id uuid, lead_status text, outcome text, next_attempt_at timestamptz)
    ), job AS (
      UPDATE dialer_jobs j SET status = a.job_status, reason = left(a.reason, 255), check_at = NULL, finished_at = now()
      FROM attempt a
      WHERE j.id = a.dialer_job_id AND j.status NOT IN ('queued', ${ENDED_JOBS})
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

/**
 * Ends dialer jobs, locked by the caller, anew: the provider has told how their calls ended, which Outdial had only
 * concluded.
 */
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

/**
 * Corrects what calls that ended before have led to, now that more is known of them; each lead stands once.
 * 1. A retry that is only queued is withdrawn. A placement that has it already goes on: its end looks at the other calls of the lead.
 * 2. The leads move, unless they are being called. A lead that was removed stays so, and one that is on the do-not-call list moves only to
 *    `completed`: it may be taken off the list again.
 * 3. A campaign that had completed runs again for a lead that is to be called after all.
 */
export async function resettleLeads(sql: Sql, attempts: readonly SettledAttempt[]): Promise<void> {
  const leads = JSON.stringify(attempts);
  const withdrawn = await sql.run<{ lead_id: string }>(WITHDRAW_RETRIES, [leads]);
  await sql.run(RESETTLE, [leads, withdrawn.map(({ lead_id }) => lead_id)]);
  const again = attempts.filter(({ lead_status }) => lead_status === 'pending').map(({ lead_id }) => lead_id);
  if (again.length > 0) await sql.run(REOPEN, [again]);
}

const WITHDRAW_RETRIES = {
  name: 'withdraw-retries',
  text: `
    WITH retry AS (
      SELECT j.id FROM dialer_jobs j
      WHERE j.lead_id = ANY(ARRAY(SELECT lead_id FROM jsonb_to_recordset($1::jsonb) AS a (lead_id uuid))) AND j.status = 'queued'
      ORDER BY j.id FOR UPDATE OF j
    )
    UPDATE dialer_jobs j SET status = 'canceled', reason = 'outcome_told_late', check_at = NULL, finished_at = now()
    FROM retry WHERE j.id = retry.id RETURNING j.lead_id`,
};

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

const REOPEN = {
  name: 'reopen-campaigns',
  text: `
    UPDATE campaigns k SET status = 'running', completed_at = NULL, wake_at = now()
    WHERE k.status = 'completed' AND k.id IN (
      SELECT l.campaign_id FROM leads l WHERE l.id = ANY($1::uuid[]) AND l.status = 'pending')`,
};

/** Calls of a campaign that were placed within the last seconds, were taken, and go on. */
export async function callsOnTheLine(sql: Sql, campaignId: string, lastSeconds: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(ON_THE_LINE, [campaignId, lastSeconds]);
  return row?.n ?? 0;
}

const ON_THE_LINE = {
  name: 'calls-on-the-line',
  text: `
    SELECT count(*)::int AS n FROM dialer_jobs
    WHERE campaign_id = $1 AND status = 'active' AND dialing_at > now() - $2 * interval '1 second'`,
};

/** How many of a campaign's calls found no such number, and how many reached somebody's telephone. */
export async function numbersTried(sql: Sql, campaignId: string): Promise<{ bad: number; reached: number }> {
  const [row] = await sql.run<{ bad: number; reached: number }>(NUMBERS_TRIED, [campaignId]);
  return row ?? { bad: 0, reached: 0 };
}

const NUMBERS_TRIED = {
  name: 'numbers-tried',
  text: `
    SELECT coalesce(sum(n) FILTER (WHERE status = 'bad_number'), 0)::int AS bad,
      coalesce(sum(n) FILTER (WHERE status NOT IN ('bad_number', 'provider_error', 'refused', 'lost')), 0)::int AS reached
    FROM campaign_tallies WHERE campaign_id = $1 AND subject = 'outcome'`,
};

/** What the circuit breaker of a campaign has seen. */
export interface BreakerState {
  readonly campaign_id: string;
  readonly attempts: number;
  readonly faults: number;
}

/** What the circuit breakers of campaigns, locked by the caller, remember from now on. */
export async function setBreakers(sql: Sql, states: readonly BreakerState[]): Promise<void> {
  if (states.length > 0) await sql.run(SET_BREAKERS, [JSON.stringify(states)]);
}

const SET_BREAKERS = {
  name: 'set-breakers',
  text: `
    UPDATE campaigns k SET breaker_attempts = s.attempts, breaker_faults = s.faults
    FROM jsonb_to_recordset($1::jsonb) AS s (campaign_id uuid, attempts int, faults int) WHERE k.id = s.campaign_id`,
};

const AWAITED = AWAITED_GATES.map((gate) => `'${gate}'`).join(', ');

/**
 * Whether nothing is live, nobody waits who can ever be called as things stand or may yet consent, and no file is on
 * its way, by probes of an index each: NOT EXISTS instead is planned as a join over all leads once statistics say that
 * most of them wait (477 ms at a million).
 */
export const NOTHING_LEFT = `
  NOT ${hasUnplaced('k.id')}
  AND (SELECT h.place_id FROM campaign_hours h WHERE h.campaign_id = k.id AND ${IS_AREA_CALLABLE} AND (
    SELECT l.next_attempt_at FROM leads l WHERE l.campaign_id = k.id AND l.place_id = h.place_id AND l.status = 'pending'
    ORDER BY l.next_attempt_at LIMIT 1) < 'infinity' LIMIT 1) IS NULL
  AND (SELECT j.id FROM dialer_jobs j WHERE j.campaign_id = k.id AND j.status IN ('queued', 'dialing', 'active', 'unconfirmed')
    ORDER BY j.status LIMIT 1) IS NULL
  AND (SELECT l.id FROM leads l WHERE l.campaign_id = k.id AND l.block_code IN (${AWAITED})
    AND l.status = 'pending' LIMIT 1) IS NULL
  AND NOT ${isImporting('k.id')}`;

/** Whether nobody of a campaign is called or can ever be, as things stand. */
export async function isNobodyLeft(sql: Sql, campaignId: string): Promise<boolean> {
  const [row] = await sql.run<{ is_left: boolean }>(NOBODY_LEFT, [campaignId]);
  return row?.is_left ?? true;
}

const NOBODY_LEFT = { name: 'nobody-left', text: `SELECT ${NOTHING_LEFT} AS is_left FROM campaigns k WHERE k.id = $1` };

/**
 * Completes those of the campaigns that are running and have no lead left to call, now or later. A campaign without any
 * lead stays running: contacts that are added to it are dialed at once.
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
