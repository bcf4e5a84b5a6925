import type { ConversationTurn } from '#rules/call-event.js';
import type { SessionEnd } from '#rules/session-end.js';
import type { Person } from '#rules/template.js';
import type { Sql } from '../sql.js';

/** A conversation that is over and of which is to be found out what it came to. */
export interface DueConversation extends Person {
  readonly call_id: string;
  readonly dialer_job_id: string;
  readonly provider_call_id: string | null;
  readonly messages: readonly ConversationTurn[];
  readonly sessions: number;
  readonly has_answered: boolean;
  readonly session_end: SessionEnd | null;
  /** Of asking, this one included; 0: nobody is asked yet. */
  readonly attempt: number;
  /** When the call was answered, as far as that is known. */
  readonly began_at: Date;
  /** IANA, if somebody knows it. */
  readonly timezone: string | null;
  /** Those in which the number may lie. */
  readonly zones: readonly string[];
  readonly system_prompt: string;
  readonly language: string | null;
  readonly now: Date;
}

/**
 * Takes conversations that have just ended, of which nothing is written down yet; what they came to is to be asked next. Whoever dies before it
 * has written anything leaves that to whoever asks.
 */
export function takeUntoldConversations(sql: Sql, limit: number): Promise<DueConversation[]> {
  return sql.run<DueConversation>(TAKE_UNTOLD, [limit]);
}

/**
 * Takes conversations whose time to be asked about has come, longest overdue first, and puts down when each is due again should nothing come of it, so that no
 * second worker takes them meanwhile and none is lost with whoever took it. Costs what is due: the partial index holds nothing else.
 * @param pausesSeconds after the first, second … attempt; the last one repeats.
 */
export function takeDueConversations(
  sql: Sql,
  { limit, pausesSeconds }: { limit: number; pausesSeconds: readonly number[] },
): Promise<DueConversation[]> {
  return sql.run<DueConversation>(TAKE, [limit, pausesSeconds]);
}

/** `conclude_attempts` counts those of asking, and one for what is written down first. @param then when each is due again. */
const taking = (which: string, then: string) => `
    WITH due AS (
      SELECT id FROM conversations WHERE conclude_at <= now() AND conclude_attempts ${which} ORDER BY conclude_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE conversations v SET conclude_attempts = v.conclude_attempts + 1, conclude_at = ${then} FROM due WHERE v.id = due.id
      RETURNING v.call_id, v.messages, v.sessions, v.has_answered, v.session_end, v.conclude_attempts, v.created_at
    )
    SELECT t.call_id, c.dialer_job_id, c.provider_call_id, t.messages, t.sessions, t.has_answered, t.session_end,
      t.conclude_attempts - 1 AS attempt, coalesce(c.answered_at, t.created_at) AS began_at,
      c.phone_number, l.first_name, l.last_name, l.email, coalesce(l.custom_fields, '{}') AS custom_fields,
      l.timezone, coalesce(p.zones, '[]') AS zones, k.system_prompt, k.language, now() AS now
    FROM taken t JOIN calls c ON c.id = t.call_id JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = c.campaign_id
      LEFT JOIN places p ON p.id = l.place_id`;

const TAKE_UNTOLD = { name: 'take-untold-conversations', text: taking('= 0', 'now()') };

const TAKE = {
  name: 'take-due-conversations',
  text: taking('> 0', `now() + ($2::int[])[least(v.conclude_attempts, cardinality($2::int[]))] * interval '1 second'`),
};

/** Whoever took it has not asked: it is due at once, for somebody else. */
export async function giveConversationBack(
  sql: Sql,
  { call_id, sessions }: Pick<DueConversation, 'call_id' | 'sessions'>,
): Promise<void> {
  await sql.run(GIVE_BACK, [call_id, sessions]);
}

const GIVE_BACK = {
  name: 'give-conversation-back',
  text: `
    UPDATE conversations SET conclude_attempts = greatest(1, conclude_attempts - 1), conclude_at = now()
    WHERE call_id = $1 AND sessions = $2 AND conclude_at IS NOT NULL`,
};

/** Nothing more is to be found out of it, unless the call has gone on in another session since. */
export async function closeConversation(
  sql: Sql,
  { call_id, sessions }: Pick<DueConversation, 'call_id' | 'sessions'>,
): Promise<void> {
  await sql.run(CLOSE, [call_id, sessions]);
}

const CLOSE = {
  name: 'close-conversation',
  text: `UPDATE conversations SET status = 'completed', conclude_at = NULL WHERE call_id = $1 AND sessions = $2`,
};
