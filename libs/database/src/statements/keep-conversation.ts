import type { ConversationTurn } from '#rules/call-event.js';
import type { Sql } from '../sql.js';

/** A conversation as far as it has come, while its call is live; or the whole of it. */
export interface KeptConversation {
  readonly dialerJobId: string;
  readonly turns: readonly ConversationTurn[];
  readonly isOver: boolean;
}

/**
 * Writes down what has been said. What is complete is never replaced by less, nor taken for incomplete again.
 * @returns whether it was stored: not where there is no such call, or the person was erased.
 */
export async function keepConversation(sql: Sql, { dialerJobId, turns, isOver }: KeptConversation): Promise<boolean> {
  const rows = await sql.run(KEEP, [dialerJobId, JSON.stringify(turns), isOver ? 'completed' : 'in_progress']);
  return rows.length > 0;
}

/**
 * The lead is held as a foreign key would hold it: that waits for an erasure, which changes its number, and reads it again; it waits for
 * nobody else. The other way round, an erasure waits for this, and then deletes it.
 */
const KEEP = {
  name: 'keep-conversation',
  text: `
    INSERT INTO conversations AS kept (tenant_id, call_id, messages, status)
    SELECT c.tenant_id, c.id, $2::jsonb, $3 FROM calls c JOIN leads l ON l.id = c.lead_id
    WHERE c.dialer_job_id = $1 AND l.erased_at IS NULL
    FOR KEY SHARE OF l
    ON CONFLICT (call_id) DO UPDATE SET
      messages = EXCLUDED.messages,
      status = CASE WHEN kept.status = 'completed' THEN kept.status ELSE EXCLUDED.status END
    WHERE kept.status = 'in_progress' OR jsonb_array_length(EXCLUDED.messages) >= jsonb_array_length(kept.messages)
    RETURNING kept.call_id`,
};
