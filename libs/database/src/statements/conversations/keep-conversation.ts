import type { ConversationTurn } from '#rules/call/call-report.js';
import { isOverAfter, type SessionEnd } from '#rules/access/session-end.js';
import type { Sql } from '../../connection/sql.js';

/** What one session of a conversation has to keep. */
export interface KeptConversation {
  readonly dialerJobId: string;
  readonly session: number;
  /** All turns, those of earlier sessions as well. */
  readonly turns: readonly ConversationTurn[];
  /** Whether the agent has said anything that its model made. */
  readonly hasAnswered: boolean;
  /** Null while it goes on. */
  readonly end: SessionEnd | null;
}

/**
 * Writes down what has been said, and, once the conversation is over, that it can be asked what it came to. What is
 * complete is not replaced by less, and nothing by a session that was followed by another.
 * @returns whether it was stored.
 */
export async function keepConversation(
  sql: Sql,
  { dialerJobId, session, ...kept }: KeptConversation,
): Promise<boolean> {
  const { turns, hasAnswered, end } = kept;
  const isOver = end !== null && isOverAfter(end);
  const values = [dialerJobId, session, JSON.stringify(turns), hasAnswered, end, isOver];
  return (await sql.run(KEEP, values)).length > 0;
}

/** A conversation without a row has none any more: its person was erased. */
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
