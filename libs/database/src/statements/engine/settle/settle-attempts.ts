import {
  CALLED_DIALER_JOB_STATUSES,
  CALLING_DIALER_JOB_STATUSES,
  dialerJobStatusesExcept,
} from '#rules/attempt/dialer-job-status.js';
import type { Sql } from '../../../connection/sql.js';
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
    WHERE j.id = a.dialer_job_id AND j.status IN (${sqlList(CALLED_DIALER_JOB_STATUSES)})`,
};
