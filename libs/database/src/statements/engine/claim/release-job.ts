import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Sql } from '../../../connection/sql.js';

/**
 * Cancels a queued job and makes its lead due now. Run under the campaign's lock, which the placing waits for. A job
 * that is no longer `queued` stays as it is.
 * @returns the status of the lead, which a client may have changed meanwhile; undefined when the job was not `queued`.
 */
export async function releaseJob(sql: Sql, dialerJobId: string): Promise<LeadStatus | undefined> {
  const [lead] = await sql.run<{ status: LeadStatus }>(RELEASE, [dialerJobId]);
  return lead?.status;
}

const RELEASE = {
  name: 'release-job',
  text: `
    WITH released AS (
      UPDATE dialer_jobs SET status = 'canceled', reason = 'released', check_at = NULL, finished_at = now()
      WHERE id = $1 AND status = 'queued' RETURNING lead_id
    )
    UPDATE leads l SET
      status = CASE WHEN l.status = 'in_progress' THEN 'pending' ELSE l.status END,
      next_attempt_at = CASE WHEN l.status = 'in_progress' THEN greatest(now(), l.retry_at) ELSE l.next_attempt_at END
    FROM released WHERE l.id = released.lead_id RETURNING l.status`,
};
