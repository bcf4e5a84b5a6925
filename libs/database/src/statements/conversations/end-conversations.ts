import type { Sql } from '../../connection/sql.js';

/**
 * Seconds after the end of a call in which its worker may write down the conversation's end. After that the worker
 * counts as dead.
 */
const GRACE_SECONDS = 60;

/**
 * Schedules the conclusion of the conversations of these dialer jobs, whose locked calls have ended. Any worker may do
 * it.
 * @returns the jobs whose calls should have a conversation and have none. Calls that Outdial hung up are left out.
 */
export async function endConversations(sql: Sql, dialerJobIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ dialer_job_id: string }>(END, [dialerJobIds, GRACE_SECONDS]);
  return rows.map(({ dialer_job_id }) => dialer_job_id);
}

/** A conversation begins under a lock of its call. So one that is missing here never begins. */
const END = {
  name: 'end-conversations',
  text: `
    WITH due AS (
      UPDATE conversations v SET conclude_at = coalesce(v.conclude_at,
        now() + CASE WHEN v.session_end IS NULL THEN $2 ELSE 0 END * interval '1 second')
      FROM calls c WHERE c.dialer_job_id = ANY($1::uuid[]) AND v.call_id = c.id AND v.status = 'in_progress'
    )
    SELECT c.dialer_job_id FROM calls c JOIN dialer_jobs j ON j.id = c.dialer_job_id
    WHERE c.dialer_job_id = ANY($1::uuid[]) AND j.hangup_requested_at IS NULL
      AND NOT EXISTS (SELECT FROM conversations v WHERE v.call_id = c.id)`,
};
