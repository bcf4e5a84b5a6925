import type { Sql } from '../../../connection/sql.js';

/** The first lookup comes this soon. After it the provider's `TelephonyCapabilities.lateFactsSeconds` decides. */
const FIRST_LOOK_SECONDS = 60;

/**
 * Schedules a first lookup of calls that ended without a cost, which some providers know later. Runs in the transaction
 * that ends them.
 */
export async function scheduleFirstCostLookup(sql: Sql, callIds: readonly string[]): Promise<void> {
  await sql.run(SCHEDULE_FIRST, [callIds, FIRST_LOOK_SECONDS]);
}

const SCHEDULE_FIRST = {
  name: 'schedule-first-cost-lookup',
  text: `
    INSERT INTO cost_lookups (call_id, due_at) SELECT id, now() + $2 * interval '1 second' FROM unnest($1::uuid[]) AS id
    ON CONFLICT DO NOTHING`,
};

/** A call that has ended and whose cost is unknown. */
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
  /** True: the call was placed in the last days. A provider that cannot be asked now may be asked tomorrow. */
  readonly is_recent: boolean;
  /** Number of lookups so far. */
  readonly looks: number;
}

/**
 * Claims calls that are due for a cost lookup, of all accounts, the longest overdue first.
 *
 * 1. Lock the due lookups that no other sweeper has locked.
 * 2. Delete those whose cost has come meanwhile.
 * 3. Postpone the others by the lease: if this sweeper dies, another claims them after it.
 *
 * The cost depends on what is due, not on the number of calls and accounts.
 */
export function claimDueCostLookups(
  sql: Sql,
  { limit, leaseSeconds }: { limit: number; leaseSeconds: number },
): Promise<CostlessCall[]> {
  return sql.run<CostlessCall>(CLAIM_DUE, [limit, leaseSeconds, RECENT_DAYS]);
}

const RECENT_DAYS = 7;

const CLAIM_DUE = {
  name: 'claim-due-cost-lookups',
  text: `
    WITH due AS (
      SELECT call_id FROM cost_lookups WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), call AS (
      SELECT c.*, l.looks FROM due JOIN cost_lookups l ON l.call_id = due.call_id JOIN calls c ON c.id = due.call_id
    ), done AS (
      DELETE FROM cost_lookups l USING call WHERE l.call_id = call.id AND call.cost IS NOT NULL
    ), postponed AS (
      UPDATE cost_lookups l SET due_at = now() + $2 * interval '1 second' FROM call
        WHERE l.call_id = call.id AND call.cost IS NULL
    )
    SELECT id AS call_id, dialer_job_id, provider, phone_number, provider_call_id, started_at AS placed_at,
      from_number, telephony_account_id,
      is_test, attempt, looks,
      coalesce(started_at > now() - $3 * interval '1 day', false) AS is_recent
    FROM call WHERE cost IS NULL`,
};

/** A lookup that was made, and the seconds until the next one; null: none follows. */
export interface DueCostLookup {
  readonly call_id: string;
  readonly looks: number;
  readonly next_in_seconds: number | null;
}

export async function scheduleCostLookups(sql: Sql, looks: readonly DueCostLookup[]): Promise<void> {
  if (looks.length > 0) await sql.run(SCHEDULE, [JSON.stringify(looks)]);
}

const SCHEDULE = {
  name: 'schedule-cost-lookups',
  text: `
    WITH look AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS l (call_id uuid, looks int, next_in_seconds int)
    ), locked AS (
      SELECT l.call_id FROM cost_lookups l JOIN look ON look.call_id = l.call_id ORDER BY l.call_id FOR UPDATE OF l
    ), done AS (
      DELETE FROM cost_lookups l USING look, locked
        WHERE l.call_id = look.call_id AND locked.call_id = l.call_id AND look.next_in_seconds IS NULL
    )
    UPDATE cost_lookups l SET looks = look.looks, due_at = now() + look.next_in_seconds * interval '1 second'
    FROM look, locked WHERE l.call_id = look.call_id AND locked.call_id = l.call_id
      AND look.next_in_seconds IS NOT NULL`,
};
