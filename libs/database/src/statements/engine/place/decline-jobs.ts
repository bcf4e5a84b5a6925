import { POSTPONING_GATES } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import type { DeclinedJob } from './begin-dialing.js';
import { campaignGates, GATE_SURROUNDINGS, untilOfNamed } from '../eligibility/gates.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * Takes back queued jobs that may not be dialed: `skipped` where the number is the reason, else `canceled`; their leads
 * are pending again, not before the gate that was shut may open, and where it is outside the hours not before the place
 * opens. Run under the campaigns' locks. A job that is no more queued is left alone.
 */
export async function declineJobs(sql: Sql, jobs: readonly DeclinedJob[]): Promise<void> {
  await sql.run(DECLINE, [JSON.stringify(jobs)]);
}

const DECLINE = {
  name: 'decline-jobs',
  text: `
    WITH held AS (
      SELECT j.id, d.reason, d.reason IN (${sqlList(POSTPONING_GATES)}) AS is_blocked
      FROM dialer_jobs j JOIN jsonb_to_recordset($1::jsonb) AS d (dialer_job_id uuid, reason text) ON d.dialer_job_id = j.id
      WHERE j.status = 'queued' ORDER BY j.id FOR UPDATE OF j
    ), declined AS (
      UPDATE dialer_jobs j SET status = CASE WHEN held.is_blocked THEN 'skipped' ELSE 'canceled' END,
        reason = held.reason, check_at = NULL, finished_at = now()
      FROM held WHERE j.id = held.id RETURNING j.lead_id, j.campaign_id, held.reason, held.is_blocked
    ), ${campaignGates('k.id = ANY(ARRAY(SELECT campaign_id FROM declined))')}, judged AS (
      SELECT l.id, CASE WHEN d.is_blocked THEN d.reason END AS shut, ${untilOfNamed('d.reason', POSTPONING_GATES)} AS until
      FROM declined d JOIN leads l ON l.id = d.lead_id ${GATE_SURROUNDINGS}
    )
    UPDATE leads l SET
      status = CASE WHEN j.shut = 'dnc' AND j.until = 'infinity' THEN 'suppressed' ELSE 'pending' END,
      block_code = j.shut,
      next_attempt_at = CASE WHEN j.until < 'infinity' OR j.shut <> 'dnc' THEN coalesce(j.until, l.next_attempt_at)
        ELSE l.next_attempt_at END
    FROM judged j WHERE l.id = j.id AND l.status = 'in_progress'`,
};
