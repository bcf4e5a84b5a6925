import type { Sql } from '../../../connection/sql.js';

/** After a call was given up, its provider is asked again for the first time. */
const FIRST_LOOK_SECONDS = 60;

/**
 * Calls that are given up: their providers are asked again what became of them. In the transaction that gives them up.
 */
export async function followGivenUpCalls(sql: Sql, callIds: readonly string[]): Promise<void> {
  await sql.run(FOLLOW, [callIds, FIRST_LOOK_SECONDS]);
}

const FOLLOW = {
  name: 'follow-given-up-calls',
  text: `
    INSERT INTO given_up_calls (call_id, due_at) SELECT id, now() + $2 * interval '1 second' FROM unnest($1::uuid[]) AS id
    ON CONFLICT DO NOTHING`,
};

/** Calls that live although they were given up, and their slots with them: each is to be hung up at once. */
export async function hangUpGivenUpCalls(sql: Sql, callIds: readonly string[]): Promise<void> {
  await sql.run(HANG_UP, [callIds]);
}

const HANG_UP = {
  name: 'hang-up-given-up-calls',
  text: `
    INSERT INTO given_up_calls AS g (call_id, wants_hangup, due_at) SELECT id, true, now() FROM unnest($1::uuid[]) AS id
    ON CONFLICT (call_id) DO UPDATE SET wants_hangup = true, looks = 0, due_at = now() WHERE NOT g.wants_hangup`,
};

export interface GivenUpCall {
  readonly call_id: string;
  readonly dialer_job_id: string;
  readonly provider: string;
  readonly phone_number: string;
  readonly provider_call_id: string | null;
  readonly placed_at: Date;
  readonly from_number: string | null;
  readonly telephony_account_id: string | null;
  readonly is_test: boolean;
  readonly attempt: number;
  /** How often it was looked at since it was given up, or since it was heard of again. */
  readonly looks: number;
  /** The provider has told that it lives. */
  readonly wants_hangup: boolean;
}

/**
 * Takes given-up calls whose time to be looked at has come, first those that are to be hung up, then longest overdue
 * first; those whose end was told meanwhile are done. A sweeper that dies leaves them to the next one after the hold.
 */
export function takeGivenUpCalls(
  sql: Sql,
  { limit, holdSeconds }: { limit: number; holdSeconds: number },
): Promise<GivenUpCall[]> {
  return sql.run<GivenUpCall>(TAKE, [limit, holdSeconds]);
}

const TAKE = {
  name: 'take-given-up-calls',
  text: `
    WITH due AS (
      SELECT call_id FROM given_up_calls WHERE due_at <= now() ORDER BY wants_hangup DESC, due_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), call AS (
      SELECT c.*, c.is_presumed OR c.status = 'lost' AS is_open FROM due JOIN calls c ON c.id = due.call_id
    ), told AS (
      DELETE FROM given_up_calls g USING call WHERE g.call_id = call.id AND NOT call.is_open
    ), taken AS (
      UPDATE given_up_calls g SET due_at = now() + $2 * interval '1 second' FROM call WHERE g.call_id = call.id AND call.is_open
      RETURNING g.call_id, g.looks, g.wants_hangup
    )
    SELECT t.call_id, t.looks, t.wants_hangup, c.dialer_job_id, c.provider, c.phone_number, c.provider_call_id, c.started_at AS placed_at,
      c.from_number, c.telephony_account_id, c.is_test, c.attempt
    FROM taken t JOIN call c ON c.id = t.call_id`,
};

/** A look that was made, and in how many seconds the next one follows; null: none does. */
export interface GivenUpLook {
  readonly call_id: string;
  readonly looks: number;
  readonly wants_hangup: boolean;
  readonly next_in_seconds: number | null;
}

export async function noteGivenUpLooks(sql: Sql, looks: readonly GivenUpLook[]): Promise<void> {
  if (looks.length > 0) await sql.run(NOTE, [JSON.stringify(looks)]);
}

const NOTE = {
  name: 'note-given-up-looks',
  text: `
    WITH look AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS l (call_id uuid, looks int, wants_hangup boolean, next_in_seconds int)
    ), held AS (
      SELECT g.call_id FROM given_up_calls g JOIN look ON look.call_id = g.call_id ORDER BY g.call_id FOR UPDATE OF g
    ), done AS (
      DELETE FROM given_up_calls g USING look, held
      WHERE g.call_id = look.call_id AND held.call_id = g.call_id AND look.next_in_seconds IS NULL
    )
    UPDATE given_up_calls g SET looks = look.looks, wants_hangup = look.wants_hangup,
      due_at = now() + look.next_in_seconds * interval '1 second'
    FROM look, held WHERE g.call_id = look.call_id AND held.call_id = g.call_id AND look.next_in_seconds IS NOT NULL`,
};
