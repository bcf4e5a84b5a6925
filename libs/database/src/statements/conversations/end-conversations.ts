import type { Sql } from '../../connection/sql.js';

/**
 * How long whoever holds a conversation has to write down its end, once its call has ended, before it is taken for
 * dead.
 */
const GRACE_SECONDS = 60;

/**
 * The calls of these dialer jobs, locked by the caller, have come to an end: what was said in them is to be concluded,
 * soon, by whomever.
 * @returns the jobs whose calls have no conversation although they were to have one. Those that we hung up ourselves
 * are not among them.
 */
export async function endConversations(sql: Sql, dialerJobIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ dialer_job_id: string }>(END, [dialerJobIds, GRACE_SECONDS]);
  return rows.map(({ dialer_job_id }) => dialer_job_id);
}

/** A conversation begins under a lock on its call, so that one that is not seen here will never be. */
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
