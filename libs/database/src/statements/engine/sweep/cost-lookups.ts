import type { Sql } from '../../../connection/sql.js';

/**
 * Whether anybody knows it so soon is the provider's to say (`TelephonyCapabilities.lateFactsSeconds`): the first look
 * decides.
 */
const FIRST_LOOK_SECONDS = 60;

/**
 * Calls that have ended without a cost, which some providers know later: to be looked at again. In the transaction that
 * ends them.
 */
export async function lookLater(sql: Sql, callIds: readonly string[]): Promise<void> {
  await sql.run(LOOK_LATER, [callIds, FIRST_LOOK_SECONDS]);
}

const LOOK_LATER = {
  name: 'look-later',
  text: `
    INSERT INTO late_looks (call_id, due_at) SELECT id, now() + $2 * interval '1 second' FROM unnest($1::uuid[]) AS id
    ON CONFLICT DO NOTHING`,
};

/** A call that has ended, and whose cost is still not known. */
export interface CostlessCall {
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
  /** Placed so lately that whoever cannot be asked now may be asked tomorrow. */
  readonly is_recent: boolean;
  /** How often it was looked at since. */
  readonly looks: number;
}

/**
 * Takes calls whose time to be looked at has come, longest overdue first, of all accounts; those whose cost has come
 * meanwhile are done. A sweeper that dies leaves them to the next one after the hold. Costs what is due, however many
 * calls and accounts there are.
 */
export function takeLateLooks(
  sql: Sql,
  { limit, holdSeconds }: { limit: number; holdSeconds: number },
): Promise<CostlessCall[]> {
  return sql.run<CostlessCall>(TAKE, [limit, holdSeconds, RECENT_DAYS]);
}

const RECENT_DAYS = 7;

const TAKE = {
  name: 'take-late-looks',
  text: `
    WITH due AS (
      SELECT call_id FROM late_looks WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), call AS (
      SELECT c.*, l.looks FROM due JOIN late_looks l ON l.call_id = due.call_id JOIN calls c ON c.id = due.call_id
    ), done AS (
      DELETE FROM late_looks l USING call WHERE l.call_id = call.id AND call.cost IS NOT NULL
    ), held AS (
      UPDATE late_looks l SET due_at = now() + $2 * interval '1 second' FROM call WHERE l.call_id = call.id AND call.cost IS NULL
    )
    SELECT id AS call_id, dialer_job_id, provider, phone_number, provider_call_id, started_at AS placed_at,
      from_number, telephony_account_id,
      is_test, attempt, looks,
      coalesce(started_at > now() - $3 * interval '1 day', false) AS is_recent
    FROM call WHERE cost IS NULL`,
};

/** A look that was made, and in how many seconds the next one follows; null: none does. */
export interface LateLook {
  readonly call_id: string;
  readonly looks: number;
  readonly next_in_seconds: number | null;
}

export async function noteLateLooks(sql: Sql, looks: readonly LateLook[]): Promise<void> {
  if (looks.length > 0) await sql.run(NOTE, [JSON.stringify(looks)]);
}

const NOTE = {
  name: 'note-late-looks',
  text: `
    WITH look AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS l (call_id uuid, looks int, next_in_seconds int)
    ), held AS (
      SELECT l.call_id FROM late_looks l JOIN look ON look.call_id = l.call_id ORDER BY l.call_id FOR UPDATE OF l
    ), done AS (
      DELETE FROM late_looks l USING look, held WHERE l.call_id = look.call_id AND held.call_id = l.call_id AND look.next_in_seconds IS NULL
    )
    UPDATE late_looks l SET looks = look.looks, due_at = now() + look.next_in_seconds * interval '1 second'
    FROM look, held WHERE l.call_id = look.call_id AND held.call_id = l.call_id AND look.next_in_seconds IS NOT NULL`,
};
