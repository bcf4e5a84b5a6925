import { NUMBER_BUSY_PAUSE_SECONDS } from '#rules/number-busy.js';
import type { Sql } from '../sql.js';
import type { DeclinedJob } from './begin-dialing.js';

/**
 * Takes back queued jobs that may not be dialed: `skipped` where the number is the reason, else `canceled`; their leads are pending
 * again, those of a number that was called lately not before that has passed. Run under the campaigns' locks. A job that is no more
 * queued is left alone.
 */
export async function declineJobs(sql: Sql, jobs: readonly DeclinedJob[]): Promise<void> {
  await sql.run(DECLINE, [JSON.stringify(jobs)]);
}

const DECLINE = {
  name: 'decline-jobs',
  text: `
    WITH held AS (
      SELECT j.id, d.reason, d.reason IN ('number_busy', 'min_gap') AS is_blocked
      FROM dialer_jobs j JOIN jsonb_to_recordset($1::jsonb) AS d (dialer_job_id uuid, reason text) ON d.dialer_job_id = j.id
      WHERE j.status = 'queued' ORDER BY j.id FOR UPDATE OF j
    ), declined AS (
      UPDATE dialer_jobs j SET status = CASE WHEN held.is_blocked THEN 'skipped' ELSE 'canceled' END,
        reason = held.reason, check_at = NULL, finished_at = now()
      FROM held WHERE j.id = held.id RETURNING j.lead_id, j.campaign_id, held.reason, held.is_blocked
    )
    UPDATE leads l SET
      status = 'pending',
      block_code = CASE WHEN d.is_blocked THEN d.reason END,
      next_attempt_at = CASE d.reason
        WHEN 'number_busy' THEN now() + ${NUMBER_BUSY_PAUSE_SECONDS} * interval '1 second'
        WHEN 'min_gap' THEN k.min_gap_seconds * interval '1 second' + (
          SELECT coalesce(max(o.last_called_at), now()) FROM leads o WHERE o.phone_number = l.phone_number AND o.tenant_id = l.tenant_id)
        ELSE l.next_attempt_at END
    FROM declined d JOIN campaigns k ON k.id = d.campaign_id WHERE l.id = d.lead_id AND l.status = 'in_progress'`,
};
