import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import type { Person } from '#rules/template/template.js';
import type { Sql } from '../../connection/sql.js';

/** Conversation that is over and has no result yet. */
export interface DueConversation extends Person {
  readonly call_id: string;
  readonly dialer_job_id: string;
  readonly provider_call_id: string | null;
  readonly messages: readonly ConversationTurn[];
  readonly sessions: number;
  readonly has_answered: boolean;
  readonly session_end: SessionEnd | null;
  /** Number of this request to the model, from 1; 0: only the facts are to be recorded. */
  readonly attempt: number;
  /** True: the facts that are known without a model are written down. */
  readonly is_told: boolean;
  /** Time of the answer, or else of the conversation's first session. */
  readonly began_at: Date;
  /** IANA time zone of the contact, if known. */
  readonly timezone: string | null;
  /** IANA time zones in which the number may lie. */
  readonly zones: readonly string[];
  /** Country of the number, ISO 3166-1. */
  readonly country: string | null;
  readonly system_prompt: string;
  readonly language: string | null;
  readonly now: Date;
}

/** Seconds that a claim of a conversation lasts after each sign of life of its worker. */
export const CLAIM_SECONDS = 20;

/**
 * Claims conversations that have just ended and of which no facts are written down. Writing them down is the first
 * step.
 */
export function claimUntoldConversations(sql: Sql, limit: number): Promise<DueConversation[]> {
  return sql.run<DueConversation>(CLAIM_UNTOLD, [limit, CLAIM_SECONDS]);
}

/**
 * Claims conversations whose result is due to be asked from a model, the longest overdue first. The claim lasts while
 * the worker extends it, so that the conversations of a dead worker are due again. The partial index has only such
 * conversations, so the cost depends on what is due.
 */
export function claimDueConversations(sql: Sql, limit: number): Promise<DueConversation[]> {
  return sql.run<DueConversation>(CLAIM, [limit, CLAIM_SECONDS]);
}

/** Claims one conversation whose worker did not come back. It may have caused that worker's death. */
export async function claimSuspectConversation(sql: Sql): Promise<SuspectConversation | undefined> {
  const [suspect] = await sql.run<SuspectConversation>(CLAIM_SUSPECT, [1, CLAIM_SECONDS]);
  return suspect;
}

export interface SuspectConversation extends DueConversation {
  /** Tries after which no worker came back. */
  readonly tries: number;
}

const IS_SUSPECT = `EXISTS (SELECT FROM work_tries w
  WHERE w.kind = 'conversation' AND w.subject = conversations.call_id::text)`;

/**
 * Claims conversations that are due, in one statement:
 *
 * 1. Lock due conversations that no other worker has locked.
 * 2. Postpone them by the claim, and count the request. `conclude_attempts` is 0 until facts are written down, then 1
 *    plus the requests.
 * 3. Return them with their call, lead, campaign and area.
 */
const claiming = (which: string) => `
    WITH due AS (
      SELECT id FROM conversations WHERE conclude_at <= now() AND ${which} ORDER BY conclude_at LIMIT $1
        FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE conversations v SET conclude_attempts = CASE v.conclude_attempts WHEN 0 THEN 0
        ELSE v.conclude_attempts + 1 END,
        conclude_at = now() + $2 * interval '1 second' FROM due WHERE v.id = due.id
      RETURNING v.call_id, v.messages, v.sessions, v.has_answered, v.session_end, v.conclude_attempts, v.created_at
    )
    SELECT t.call_id, c.dialer_job_id, c.provider_call_id, t.messages, t.sessions, t.has_answered, t.session_end,
      greatest(0, t.conclude_attempts - 1) AS attempt, t.conclude_attempts > 0 AS is_told,
        coalesce(c.answered_at, t.created_at) AS began_at,
      coalesce((SELECT w.tries FROM work_tries w
        WHERE w.kind = 'conversation' AND w.subject = t.call_id::text), 0) AS tries,
      c.phone_number, l.first_name, l.last_name, l.email, coalesce(l.custom_fields, '{}') AS custom_fields,
      l.timezone, coalesce(p.zones, '[]') AS zones, p.country, k.system_prompt, k.language, now() AS now
    FROM claimed t JOIN calls c ON c.id = t.call_id JOIN leads l ON l.id = c.lead_id
      JOIN campaigns k ON k.id = c.campaign_id
      LEFT JOIN areas p ON p.id = l.area_id`;

const CLAIM_UNTOLD = {
  name: 'claim-untold-conversations',
  text: claiming(`conclude_attempts = 0 AND NOT ${IS_SUSPECT}`),
};

const CLAIM = { name: 'claim-due-conversations', text: claiming(`conclude_attempts > 0 AND NOT ${IS_SUSPECT}`) };

const CLAIM_SUSPECT = { name: 'claim-suspect-conversation', text: claiming(IS_SUSPECT) };

/** True if a conversation is due whose worker did not come back. */
export async function isSuspectConversationDue(sql: Sql): Promise<boolean> {
  return (await sql.run(SUSPECT_DUE)).length > 0;
}

const SUSPECT_DUE = {
  name: 'suspect-conversation-due',
  text: `
    SELECT w.subject FROM work_tries w JOIN conversations v ON v.call_id = w.subject::uuid
    WHERE w.kind = 'conversation' AND v.conclude_at <= now() LIMIT 1`,
};

type ClaimedConversation = Pick<DueConversation, 'call_id' | 'sessions' | 'attempt' | 'is_told'>;

/**
 * Extends the claims of conversations that this worker has not finished. A frozen worker extends nothing, and others
 * claim its conversations.
 */
export async function extendClaims(sql: Sql, claimed: readonly ClaimedConversation[]): Promise<void> {
  const values = claimed.map(({ call_id, attempt, is_told }) => ({ call_id, n: is_told ? attempt + 1 : 0 }));
  if (values.length > 0) await sql.run(EXTEND_CLAIMS, [JSON.stringify(values), CLAIM_SECONDS]);
}

const EXTEND_CLAIMS = {
  name: 'extend-conversation-claims',
  text: `
    WITH mine AS (
      SELECT v.id FROM conversations v JOIN jsonb_to_recordset($1::jsonb) AS t (call_id uuid, n int)
        ON t.call_id = v.call_id AND t.n = v.conclude_attempts
      WHERE v.conclude_at < now() + $2 * interval '1 second' ORDER BY v.id FOR UPDATE OF v SKIP LOCKED
    )
    UPDATE conversations v SET conclude_at = now() + $2 * interval '1 second' FROM mine WHERE v.id = mine.id`,
};

/** Notes that the facts known without a model are written down. The model may be asked now. */
export async function noteTold(sql: Sql, { call_id, sessions }: ClaimedConversation): Promise<void> {
  await sql.run(NOTE_TOLD, [call_id, sessions]);
}

const NOTE_TOLD = {
  name: 'note-told-conversation',
  text: `
    UPDATE conversations SET conclude_attempts = 1, conclude_at = now()
    WHERE call_id = $1 AND sessions = $2 AND conclude_attempts = 0 AND conclude_at IS NOT NULL`,
};

/** Schedules the next request after one that the model did not answer. */
export async function postponeConversation(
  sql: Sql,
  { call_id, sessions }: ClaimedConversation,
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

/** Releases a conversation that the worker has not asked about. It is due at once, for any worker. */
export async function releaseConversation(
  sql: Sql,
  { call_id, sessions }: Pick<DueConversation, 'call_id' | 'sessions'>,
): Promise<void> {
  await sql.run(RELEASE, [call_id, sessions]);
}

const RELEASE = {
  name: 'release-conversation',
  text: `
    UPDATE conversations SET conclude_attempts = greatest(1, conclude_attempts - 1), conclude_at = now()
    WHERE call_id = $1 AND sessions = $2 AND conclude_at IS NOT NULL`,
};

/** Closes a conversation: nothing more is found out from it. A later session of the call keeps it open. */
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
