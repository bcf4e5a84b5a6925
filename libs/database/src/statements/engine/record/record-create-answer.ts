import { dialerJobStatusesExcept, UNACCEPTED_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { REPORTED_FINAL_CALL_STATUSES } from '#rules/call/call-status.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';

/** A call that the provider has accepted. */
export interface AcceptedCall {
  readonly dialer_job_id: string;
  readonly provider_call_id: string;
  /** Seconds until the sweeper looks the call up, if no report comes. */
  readonly next_check_seconds: number;
}

/**
 * Records that the provider accepted calls: `dialing` or `unconfirmed` → `active`. One statement, which may run outside
 * a transaction; running it twice changes nothing.
 *
 * 1. Lock the jobs.
 * 2. Activate those in `dialing` or `unconfirmed`. For the others a provider webhook was faster.
 * 3. Add the provider's call id where it is missing. An ended call is left alone.
 * 4. Schedule the hang-up of calls that were given up as lost meanwhile, by the sweeper.
 * @returns the jobs of those lost calls, which ring without an attempt that they belong to.
 */
export async function recordAccepted(sql: Sql, calls: readonly AcceptedCall[]): Promise<Set<string>> {
  const orphans = await sql.run<{ dialer_job_id: string }>(ACCEPTED, [JSON.stringify(calls)]);
  return new Set(orphans.map(({ dialer_job_id }) => dialer_job_id));
}

/** `NOT IN`, because with `IN` PostgreSQL scans the partial index of live jobs instead of the primary key. */
const ACCEPTED = {
  name: 'record-accepted',
  text: `
    WITH locked AS (
      SELECT j.id, a.provider_call_id, a.next_check_seconds
      FROM jsonb_to_recordset($1::jsonb) AS a (dialer_job_id uuid, provider_call_id text, next_check_seconds int)
        JOIN dialer_jobs j ON j.id = a.dialer_job_id
      ORDER BY j.id FOR UPDATE OF j
    ), job AS (
      UPDATE dialer_jobs j SET status = 'active',
        check_at = now() + CASE WHEN j.hangup_requested_at IS NULL
          THEN locked.next_check_seconds ELSE 0 END * interval '1 second'
      FROM locked WHERE j.id = locked.id
        AND j.status NOT IN (${sqlList(dialerJobStatusesExcept(...UNACCEPTED_DIALER_JOB_STATUSES))})
    ), call AS (
      UPDATE calls c SET provider_call_id = coalesce(c.provider_call_id, locked.provider_call_id) FROM locked
      WHERE c.dialer_job_id = locked.id
        AND c.status NOT IN (${sqlList(REPORTED_FINAL_CALL_STATUSES)})
    ), orphan AS (
      SELECT c.id, c.dialer_job_id FROM locked JOIN calls c ON c.dialer_job_id = locked.id WHERE c.status = 'lost'
    ), alive AS (
      INSERT INTO given_up_calls (call_id, wants_hangup, due_at) SELECT id, true, now() FROM orphan
      ON CONFLICT (call_id) DO UPDATE SET wants_hangup = true, looks = 0, due_at = now()
    )
    SELECT dialer_job_id FROM orphan`,
};

/**
 * Records that the provider's answer is missing: `dialing` → `unconfirmed`. The sweeper looks the call up; the job is
 * never dialed again.
 */
export async function recordUnconfirmed(
  sql: Sql,
  unconfirmed: { dialerJobId: string; cause: string; firstLookupSeconds: number },
): Promise<void> {
  await sql.run(UNCONFIRMED, [unconfirmed.dialerJobId, unconfirmed.cause, unconfirmed.firstLookupSeconds]);
}

const UNCONFIRMED = {
  name: 'record-unconfirmed',
  text: `
    UPDATE dialer_jobs SET status = 'unconfirmed', reason = left($2, 255), lookups = 0,
      check_at = now() + $3 * interval '1 second'
    WHERE id = $1 AND status = 'dialing'`,
};
