import type { Sql } from '../../../connection/sql.js';

/** Seconds from giving up a call to the first lookup with its provider. */
const FIRST_LOOK_SECONDS = 60;

/**
 * Schedules lookups of calls that are given up, since their providers may still report an end. Runs in the transaction
 * that gives them up.
 */
export async function followGivenUpCalls(sql: Sql, callIds: readonly string[]): Promise<void> {
  await sql.run(FOLLOW, [callIds, FIRST_LOOK_SECONDS]);
}

const FOLLOW = {
  name: 'follow-given-up-calls',
  text: `
    INSERT INTO given_up_calls (call_id, due_at) SELECT id, now() + $2 * interval '1 second'
      FROM unnest($1::uuid[]) AS id
    ON CONFLICT DO NOTHING`,
};

/** Schedules the immediate hang-up of given-up calls that are still live. Their slots are already free. */
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
  /** Number of lookups since the call was given up, or since a report came. */
  readonly looks: number;
  /** True: the provider has reported that the call lives. */
  readonly wants_hangup: boolean;
}

/**
 * Claims given-up calls that are due for a lookup: first those to hang up, then the longest overdue.
 *
 * 1. Lock the due lookups that no other sweeper has locked.
 * 2. Delete those of calls whose end a report told meanwhile.
 * 3. Postpone the others by the lease: if this sweeper dies, another claims them after it.
 */
export function claimDueGivenUpCalls(
  sql: Sql,
  { limit, leaseSeconds }: { limit: number; leaseSeconds: number },
): Promise<GivenUpCall[]> {
  return sql.run<GivenUpCall>(CLAIM_DUE, [limit, leaseSeconds]);
}

const CLAIM_DUE = {
  name: 'claim-due-given-up-calls',
  text: `
    WITH due AS (
      SELECT call_id FROM given_up_calls WHERE due_at <= now() ORDER BY wants_hangup DESC, due_at LIMIT $1
        FOR UPDATE SKIP LOCKED
    ), call AS (
      SELECT c.*, c.is_presumed OR c.status = 'lost' AS is_open FROM due JOIN calls c ON c.id = due.call_id
    ), told AS (
      DELETE FROM given_up_calls g USING call WHERE g.call_id = call.id AND NOT call.is_open
    ), claimed AS (
      UPDATE given_up_calls g SET due_at = now() + $2 * interval '1 second' FROM call
        WHERE g.call_id = call.id AND call.is_open
      RETURNING g.call_id, g.looks, g.wants_hangup
    )
    SELECT t.call_id, t.looks, t.wants_hangup, c.dialer_job_id, c.provider, c.phone_number, c.provider_call_id,
      c.started_at AS placed_at,
      c.from_number, c.telephony_account_id, c.is_test, c.attempt
    FROM claimed t JOIN call c ON c.id = t.call_id`,
};

/** A lookup that was made, and the seconds until the next one; null: none follows. */
export interface GivenUpLookup {
  readonly call_id: string;
  readonly looks: number;
  readonly wants_hangup: boolean;
  readonly next_in_seconds: number | null;
}

export async function scheduleGivenUpLookups(sql: Sql, looks: readonly GivenUpLookup[]): Promise<void> {
  if (looks.length > 0) await sql.run(SCHEDULE, [JSON.stringify(looks)]);
}

const SCHEDULE = {
  name: 'schedule-given-up-lookups',
  text: `
    WITH look AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS l (call_id uuid, looks int, wants_hangup boolean,
        next_in_seconds int)
    ), locked AS (
      SELECT g.call_id FROM given_up_calls g JOIN look ON look.call_id = g.call_id ORDER BY g.call_id FOR UPDATE OF g
    ), done AS (
      DELETE FROM given_up_calls g USING look, locked
      WHERE g.call_id = look.call_id AND locked.call_id = g.call_id AND look.next_in_seconds IS NULL
    )
    UPDATE given_up_calls g SET looks = look.looks, wants_hangup = look.wants_hangup,
      due_at = now() + look.next_in_seconds * interval '1 second'
    FROM look, locked WHERE g.call_id = look.call_id AND locked.call_id = g.call_id
      AND look.next_in_seconds IS NOT NULL`,
};
