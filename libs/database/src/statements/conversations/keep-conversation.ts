import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import type { Sql } from '../../connection/sql.js';

/** State of a conversation, as one session stores it. */
export interface KeptConversation {
  readonly dialerJobId: string;
  readonly session: number;
  /** All turns, including those of earlier sessions. */
  readonly turns: readonly ConversationTurn[];
  /** True if the agent has said anything that its model made. */
  readonly hasAnswered: boolean;
  /** Null while the session goes on. */
  readonly end: SessionEnd | null;
}

/**
 * Stores the turns of a conversation. A complete text is not replaced by a shorter one, and an earlier session does not
 * overwrite a later one. With `isOver`, it also schedules the request for its result.
 * @returns true if it was stored.
 */
export async function storeConversation(
  sql: Sql,
  { dialerJobId, session, turns, hasAnswered, end }: KeptConversation,
  { isOver }: { isOver: boolean },
): Promise<boolean> {
  const values = [dialerJobId, session, JSON.stringify(turns), hasAnswered, end, isOver];
  return (await sql.run(KEEP, values)).length > 0;
}

/** Updates, never inserts: the conversation of an erased person has no row. */
const KEEP = {
  name: 'keep-conversation',
  text: `
    UPDATE conversations v SET
      messages = $3::jsonb, has_answered = v.has_answered OR $4, session_end = coalesce($5, v.session_end),
      conclude_at = CASE WHEN $6 AND v.status = 'in_progress' THEN now() ELSE v.conclude_at END
    FROM calls c
    WHERE c.dialer_job_id = $1 AND v.call_id = c.id AND v.sessions = $2
      AND (v.status = 'in_progress' OR jsonb_array_length($3::jsonb) >= jsonb_array_length(v.messages))
    RETURNING v.call_id`,
};
