import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import type { ConversationTurn } from '#rules/call/call-report.js';
import type { FirstWords } from '#rules/first-words/first-words.js';
import type { Person } from '#rules/template/template.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** The contact in a call, the words of the agent, and the turns so far. */
export interface OpenedConversation extends Person {
  readonly system_prompt: string;
  readonly first_message: string | null;
  /** First words as decided when the call was committed; null in calls of versions that had none. */
  readonly first_words: FirstWords | null;
  readonly language: string | null;
  readonly max_call_seconds: number;
  readonly answered_at: Date | null;
  readonly provider_call_id: string | null;
  /** Number of this session of the call. Only the latest session may write. */
  readonly sessions: number;
  readonly messages: readonly ConversationTurn[];
}

/**
 * Opens a session of a call's conversation: the first, or one that continues an earlier one. The session is committed
 * before the person is connected. So a call in which nobody ever talked differs from one whose person hung up.
 * @returns undefined if the call of the dialer job is not live.
 */
export async function openConversation(sql: Sql, dialerJobId: string): Promise<OpenedConversation | undefined> {
  const [row] = await sql.run<OpenedConversation>(OPEN, [dialerJobId]);
  return row;
}

/**
 * Locks the call like a foreign key does. Its end, which looks for the conversation, then comes before or waits. It
 * locks the lead too: that waits for an erasure, which changes the number, and reads it again.
 */
const OPEN = {
  name: 'open-conversation',
  text: `
    WITH call AS (
      SELECT c.id, c.tenant_id, c.phone_number, l.first_name, l.last_name, l.email,
        coalesce(l.custom_fields, '{}') AS custom_fields,
        k.system_prompt, k.first_message, c.decision -> 'first_words' AS first_words, k.language, k.max_call_seconds,
          c.answered_at, c.provider_call_id
      FROM calls c JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = c.campaign_id
      WHERE c.dialer_job_id = $1 AND c.status IN (${sqlList(LIVE_CALL_STATUSES)}) AND l.erased_at IS NULL
      FOR KEY SHARE OF c, l
    ), opened AS (
      INSERT INTO conversations AS v (tenant_id, call_id, status, sessions)
      SELECT tenant_id, id, 'in_progress', 1 FROM call
      ON CONFLICT (call_id) DO UPDATE SET
        status = 'in_progress', sessions = v.sessions + 1, session_end = NULL, conclude_at = NULL, conclude_attempts = 0
      RETURNING v.call_id, v.sessions, v.messages
    )
    SELECT call.*, opened.sessions, opened.messages FROM call JOIN opened ON opened.call_id = call.id`,
};
