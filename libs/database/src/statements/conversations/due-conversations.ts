import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import type { Person } from '#rules/template/template.js';
import type { Sql } from '../../connection/sql.js';

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
  /** The facts that are known without a model have been written down. */
  readonly is_told: boolean;
  /** When the call was answered, as far as that is known. */
  readonly began_at: Date;
  /** IANA, if somebody knows it. */
  readonly timezone: string | null;
  /** Those in which the number may lie. */
  readonly zones: readonly string[];
  /** ISO 3166-1, of the number. */
  readonly country: string | null;
  readonly system_prompt: string;
  readonly language: string | null;
  readonly now: Date;
}

/** How long a conversation is nobody else's after each sign of life of the worker that has it. */
export const HELD_SECONDS = 20;

/**
 * Takes conversations that have just ended, of which nothing is written down yet; what they came to is to be asked
 * next.
 */
export function takeUntoldConversations(sql: Sql, limit: number): Promise<DueConversation[]> {
  return sql.run<DueConversation>(TAKE_UNTOLD, [limit, HELD_SECONDS]);
}

/**
 * Takes conversations whose time to be asked about has come, longest overdue first, and holds them for as long as the
 * worker keeps holding them: what a worker that dies has taken is due again. Costs what is due: the partial index holds
 * nothing else.
 */
export function takeDueConversations(sql: Sql, limit: number): Promise<DueConversation[]> {
  return sql.run<DueConversation>(TAKE, [limit, HELD_SECONDS]);
}

/** Takes one conversation from which a worker has not come back: it may be what that worker died of. */
export async function takeSuspectConversation(sql: Sql): Promise<SuspectConversation | undefined> {
  const [suspect] = await sql.run<SuspectConversation>(TAKE_SUSPECT, [1, HELD_SECONDS]);
  return suspect;
}

export interface SuspectConversation extends DueConversation {
  /** From which no worker came back. */
  readonly tries: number;
}

const IS_SUSPECT = `EXISTS (SELECT FROM work_tries w WHERE w.kind = 'conversation' AND w.subject = conversations.call_id::text)`;

/**
 * `conclude_attempts`: 0 while nothing is written down; after that 1, and one more for each time that a model was
 * asked.
 */
const taking = (which: string) => `
    WITH due AS (
      SELECT id FROM conversations WHERE conclude_at <= now() AND ${which} ORDER BY conclude_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE conversations v SET conclude_attempts = CASE v.conclude_attempts WHEN 0 THEN 0 ELSE v.conclude_attempts + 1 END,
        conclude_at = now() + $2 * interval '1 second' FROM due WHERE v.id = due.id
      RETURNING v.call_id, v.messages, v.sessions, v.has_answered, v.session_end, v.conclude_attempts, v.created_at
    )
    SELECT t.call_id, c.dialer_job_id, c.provider_call_id, t.messages, t.sessions, t.has_answered, t.session_end,
      greatest(0, t.conclude_attempts - 1) AS attempt, t.conclude_attempts > 0 AS is_told, coalesce(c.answered_at, t.created_at) AS began_at,
      coalesce((SELECT w.tries FROM work_tries w WHERE w.kind = 'conversation' AND w.subject = t.call_id::text), 0) AS tries,
      c.phone_number, l.first_name, l.last_name, l.email, coalesce(l.custom_fields, '{}') AS custom_fields,
      l.timezone, coalesce(p.zones, '[]') AS zones, p.country, k.system_prompt, k.language, now() AS now
    FROM taken t JOIN calls c ON c.id = t.call_id JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = c.campaign_id
      LEFT JOIN places p ON p.id = l.place_id`;

const TAKE_UNTOLD = { name: 'take-untold-conversations', text: taking(`conclude_attempts = 0 AND NOT ${IS_SUSPECT}`) };

const TAKE = { name: 'take-due-conversations', text: taking(`conclude_attempts > 0 AND NOT ${IS_SUSPECT}`) };

const TAKE_SUSPECT = { name: 'take-suspect-conversation', text: taking(IS_SUSPECT) };

/** True if a conversation is due from which a worker has not come back. */
export async function isSuspectConversationDue(sql: Sql): Promise<boolean> {
  return (await sql.run(SUSPECT_DUE)).length > 0;
}

const SUSPECT_DUE = {
  name: 'suspect-conversation-due',
  text: `
    SELECT w.subject FROM work_tries w JOIN conversations v ON v.call_id = w.subject::uuid
    WHERE w.kind = 'conversation' AND v.conclude_at <= now() LIMIT 1`,
};

type TakenConversation = Pick<DueConversation, 'call_id' | 'sessions' | 'attempt' | 'is_told'>;

/** Goes on holding what this worker has and has not finished. One that is frozen does not, and others take over. */
export async function holdConversations(sql: Sql, taken: readonly TakenConversation[]): Promise<void> {
  const values = taken.map(({ call_id, attempt, is_told }) => ({ call_id, n: is_told ? attempt + 1 : 0 }));
  if (values.length > 0) await sql.run(HOLD, [JSON.stringify(values), HELD_SECONDS]);
}

const HOLD = {
  name: 'hold-conversations',
  text: `
    WITH mine AS (
      SELECT v.id FROM conversations v JOIN jsonb_to_recordset($1::jsonb) AS t (call_id uuid, n int)
        ON t.call_id = v.call_id AND t.n = v.conclude_attempts
      WHERE v.conclude_at < now() + $2 * interval '1 second' ORDER BY v.id FOR UPDATE OF v SKIP LOCKED
    )
    UPDATE conversations v SET conclude_at = now() + $2 * interval '1 second' FROM mine WHERE v.id = mine.id`,
};

/** The facts that are known without a model are written down: a model may be asked now. */
export async function noteTold(sql: Sql, { call_id, sessions }: TakenConversation): Promise<void> {
  await sql.run(NOTE_TOLD, [call_id, sessions]);
}

const NOTE_TOLD = {
  name: 'note-told-conversation',
  text: `
    UPDATE conversations SET conclude_attempts = 1, conclude_at = now()
    WHERE call_id = $1 AND sessions = $2 AND conclude_attempts = 0 AND conclude_at IS NOT NULL`,
};

/** A model had no answer: it is asked again after the pause. */
export async function postponeConversation(
  sql: Sql,
  { call_id, sessions }: TakenConversation,
  pauseSeconds: number,
): Promise<void> {
  await sql.run(POSTPONE, [call_id, sessions, pauseSeconds]);
}

const POSTPONE = {
  name: 'postpone-conversation',
  text: `
    UPDATE conversations SET conclude_at = now() + $3 * interval '1 second'
    WHERE call_id = $1 AND sessions = $2 AND conclude_at IS NOT NULL`,
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
