import { OPEN_CAMPAIGN_STATUSES } from '#rules/campaign/campaign-status.js';
import { LIVE_DIALER_JOB_STATUSES, type LiveDialerJobStatus } from '#rules/attempt/dialer-job-status.js';
import { DEADLINE_MARGIN_SECONDS, RING_MARGIN_SECONDS } from '#rules/attempt/job-review.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';

/** A live dialer job whose check is due. */
export interface DueJob {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly status: LiveDialerJobStatus;
  readonly publishes: number;
  readonly lookups: number;
  readonly phone_number: string;
  readonly dialing_at: Date;
  readonly deadline_at: Date;
  readonly ring_deadline_at: Date;
  readonly ring_timeout_seconds: number;
  /** Ring timeout and longest conversation together, as they were when the call was placed. */
  readonly longest_seconds: number;
  /** Milliseconds for which sweepers have watched the job. */
  readonly watched_ms: number;
  readonly is_hangup_requested: boolean;
  /** Provider that the call was placed with; null: no call was placed yet. */
  readonly provider: string | null;
  readonly provider_call_id: string | null;
  readonly from_number: string | null;
  readonly telephony_account_id: string | null;
  readonly is_test: boolean;
  /** Attempt number of the call; null: no call was placed yet. */
  readonly attempt: number | null;
  readonly now: Date;
}

/**
 * Claims live jobs that are due for a check, the longest overdue first.
 *
 * 1. Lock due jobs that no other sweeper has locked. The partial index has live jobs only, so the cost depends on what
 *    is due.
 * 2. Postpone their checks by the lease, so that no other sweeper claims them meanwhile.
 * 3. Return each job with its call and the deadlines of its campaign.
 */
export function claimDueJobs(
  sql: Sql,
  { limit, leaseSeconds }: { limit: number; leaseSeconds: number },
): Promise<DueJob[]> {
  return sql.run<DueJob>(CLAIM_DUE, [limit, leaseSeconds]);
}

const IS_LIVE = `status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})`;
const LIVE = `SELECT id FROM dialer_jobs WHERE ${IS_LIVE}`;

/** No check is scheduled this far ahead. A later time was written before the database's clock was set back. */
const AFTER_ALL_CHECKS = `check_at > now() + interval '15 minutes'`;

const CLAIM_DUE = {
  name: 'claim-due-jobs',
  text: `
    WITH due AS (
      SELECT id FROM dialer_jobs
      WHERE id = ANY(ARRAY(${LIVE} AND check_at <= now() ORDER BY check_at LIMIT $1)
        || ARRAY(${LIVE} AND ${AFTER_ALL_CHECKS} LIMIT $1))
        AND ${IS_LIVE} AND (check_at <= now() OR ${AFTER_ALL_CHECKS})
      ORDER BY check_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE dialer_jobs j SET check_at = now() + $2 * interval '1 second' FROM due WHERE j.id = due.id
      RETURNING j.id, j.campaign_id, j.status, j.publishes, j.lookups, j.phone_number, j.dialing_at, j.deadline_at,
        j.hangup_requested_at, j.watched_ms
    )
    SELECT t.id AS dialer_job_id, t.campaign_id, t.status, t.publishes, t.lookups, t.phone_number, t.dialing_at,
      t.deadline_at,
      t.dialing_at + (k.ring_timeout_seconds + ${RING_MARGIN_SECONDS}) * interval '1 second' AS ring_deadline_at,
      k.ring_timeout_seconds,
      extract(epoch FROM t.deadline_at - t.dialing_at)::float8 - ${DEADLINE_MARGIN_SECONDS} AS longest_seconds,
      t.hangup_requested_at IS NOT NULL AS is_hangup_requested, t.watched_ms,
      c.provider, c.provider_call_id, c.from_number, c.telephony_account_id, k.is_test, c.attempt, now() AS now
    FROM claimed t JOIN campaigns k ON k.id = t.campaign_id LEFT JOIN calls c ON c.dialer_job_id = t.id`,
};

/** The next check of a live job, and its counts of publishes and lookups. */
export interface PostponedCheck {
  readonly dialer_job_id: string;
  /** Status for which the check was decided. A job that has moved on keeps its own time. */
  readonly status: LiveDialerJobStatus;
  readonly check_at: string;
  readonly publishes: number;
  readonly lookups: number;
  readonly watched_ms: number;
}

export async function postponeChecks(sql: Sql, checks: readonly PostponedCheck[]): Promise<void> {
  if (checks.length > 0) await sql.run(POSTPONE, [JSON.stringify(checks)]);
}

const POSTPONE = {
  name: 'postpone-checks',
  text: `
    WITH due AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS c (
        dialer_job_id uuid, status text, check_at timestamptz, publishes int, lookups int, watched_ms int)
    ), locked AS (
      SELECT due.* FROM dialer_jobs j JOIN due ON due.dialer_job_id = j.id AND due.status = j.status
      ORDER BY j.id FOR UPDATE OF j
    )
    UPDATE dialer_jobs j SET check_at = locked.check_at, publishes = locked.publishes, lookups = locked.lookups,
      watched_ms = locked.watched_ms
    FROM locked WHERE j.id = locked.dialer_job_id`,
};

/**
 * Returns running campaigns that are due for a wake-up: with a due lead, a freed slot or no lead left. Campaigns with
 * halted dialing wait. An idle campaign is not in this part of the index, so the cost depends on what is due.
 */
export async function campaignsToWake(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(TO_WAKE, [limit]);
  return rows.map(({ id }) => id);
}

const NOT_HALTED = `
  NOT EXISTS (SELECT FROM tenants t WHERE t.id = k.tenant_id AND t.dialing_halted_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM installation WHERE dialing_halted_at IS NOT NULL)`;

const TO_WAKE = {
  name: 'campaigns-to-wake',
  text: `
    SELECT k.id FROM campaigns k WHERE k.status = 'running' AND k.wake_at <= now() AND ${NOT_HALTED}
    ORDER BY k.wake_at LIMIT $1`,
};

/** Returns scheduled campaigns whose start has come. */
export async function campaignsToStart(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(TO_START, [limit]);
  return rows.map(({ id }) => id);
}

const TO_START = {
  name: 'campaigns-to-start',
  text: `
    SELECT k.id FROM campaigns k WHERE k.status = 'scheduled' AND k.start_at <= now() AND ${NOT_HALTED}
    ORDER BY k.start_at LIMIT $1`,
};

/** Returns campaigns whose end has come and that are not completed. */
export async function campaignsToEnd(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(TO_END, [limit]);
  return rows.map(({ id }) => id);
}

const TO_END = {
  name: 'campaigns-to-end',
  text: `
    SELECT id FROM campaigns WHERE status IN (${sqlList(OPEN_CAMPAIGN_STATUSES)}) AND end_at <= now()
    ORDER BY end_at LIMIT $1`,
};
