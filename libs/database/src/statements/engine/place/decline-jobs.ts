import { POSTPONING_GATES } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import type { DeclinedJob } from './begin-dialing.js';
import { campaignGates, GATE_SURROUNDINGS, untilOfNamed } from '../eligibility/gates.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * Declines queued jobs that may not be dialed. Runs under the locks of their campaigns.
 *
 * 1. Lock the jobs that are still queued; others are left alone.
 * 2. End them: `skipped` if a gate of the number is shut, else `canceled`.
 * 3. Ask when that gate may open. Outside of calling hours this is when the area opens.
 * 4. Make their leads pending again, due at that time. A permanent do-not-call entry suppresses the lead.
 */
export async function declineJobs(sql: Sql, jobs: readonly DeclinedJob[]): Promise<void> {
  await sql.run(DECLINE, [JSON.stringify(jobs)]);
}

const DECLINE = {
  name: 'decline-jobs',
  text: `
    WITH locked AS (
      SELECT j.id, d.reason, d.reason IN (${sqlList(POSTPONING_GATES)}) AS is_blocked
      FROM dialer_jobs j JOIN jsonb_to_recordset($1::jsonb) AS d (dialer_job_id uuid, reason text)
        ON d.dialer_job_id = j.id
      WHERE j.status = 'queued' ORDER BY j.id FOR UPDATE OF j
    ), declined AS (
      UPDATE dialer_jobs j SET status = CASE WHEN locked.is_blocked THEN 'skipped' ELSE 'canceled' END,
        reason = locked.reason, check_at = NULL, finished_at = now()
      FROM locked WHERE j.id = locked.id RETURNING j.lead_id, j.campaign_id, locked.reason, locked.is_blocked
    ), ${campaignGates('k.id = ANY(ARRAY(SELECT campaign_id FROM declined))')}, judged AS (
      SELECT l.id, CASE WHEN d.is_blocked THEN d.reason END AS shut,
        ${untilOfNamed('d.reason', POSTPONING_GATES)} AS until
      FROM declined d JOIN leads l ON l.id = d.lead_id ${GATE_SURROUNDINGS}
    )
    UPDATE leads l SET
      status = CASE WHEN j.shut = 'dnc' AND j.until = 'infinity' THEN 'suppressed' ELSE 'pending' END,
      block_code = j.shut,
      next_attempt_at = CASE WHEN j.until < 'infinity' OR j.shut <> 'dnc' THEN coalesce(j.until, l.next_attempt_at)
        ELSE l.next_attempt_at END
    FROM judged j WHERE l.id = j.id AND l.status = 'in_progress'`,
};
