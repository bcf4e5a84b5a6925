import { chooseCallerIds, numberlessReason, type NumberWish, type PoolNumber } from '#rules/route/caller-id-choice.js';
import type { Gate } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';

/** Days are those of UTC: a tenant has no time zone of its own, and its campaigns call several. */
export function dayOf(time: string): string {
  return `(${time} AT TIME ZONE 'UTC')::date`;
}

/**
 * The calls from a row of `caller_ids` on the day of `time`. A row of a later day counts as well: a transaction that
 * began before midnight may come after one that began past it, and would find a cap unused that is not.
 */
export function callsOnDayOf(time: string): string {
  return `CASE WHEN used_on >= ${dayOf(time)} THEN used_calls ELSE 0 END`;
}

/**
 * Whether number n is one of those that campaign k may call from. A campaign that names a number has a pool of that
 * one, if it is known. A test campaign has none: its calls use up no number's cap.
 */
const IS_IN_POOL = `
  NOT k.is_test AND n.tenant_id = k.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM k.telephony_account_id
  AND (k.from_number IS NULL OR n.phone_number = k.from_number)`;

/** Whether all numbers of campaign k are switched off; null where there is no pool. */
export const ARE_CALLER_IDS_OFF = `(SELECT NOT bool_or(n.is_active) FROM caller_ids n WHERE ${IS_IN_POOL})`;

/**
 * When campaign k may have a number to call from again: the day after `now`, or `infinity` where all are switched off;
 * null while it has one, or there is no pool.
 */
export function callerIdsUntil(now: string): string {
  return `(SELECT CASE WHEN NOT bool_or(n.is_active) THEN 'infinity' WHEN NOT bool_or(n.is_active AND (n.daily_cap IS NULL OR ${callsOnDayOf(now)} < n.daily_cap))
    THEN date_trunc('day', ${now}, 'UTC') + interval '24 hours' END FROM caller_ids n WHERE ${IS_IN_POOL})`;
}

export interface DrawnCallerIds {
  /** Of each job; null where there is none to be had. */
  readonly numbers: ReadonlyMap<string, string | null>;
  /** Why there is none. */
  readonly reason: Gate;
}

/**
 * Holds the numbers that these jobs, all of one campaign, may be called from, and draws one for each. The campaign is
 * held by the caller: nobody adds a number or takes one away meanwhile, and no two can both see the last call that a
 * cap allows. See `lockCampaign` for the order of locks.
 * @returns nothing where there is no pool.
 */
export async function drawCallerIds(sql: Sql, dialerJobIds: readonly string[]): Promise<DrawnCallerIds | null> {
  const pool = await sql.run<PoolNumber>(HOLD, [dialerJobIds]);
  if (pool.length === 0) return null;
  const numbers = chooseCallerIds(await sql.run<NumberWish>(WISHES, [dialerJobIds]), pool);
  return { numbers, reason: numberlessReason(pool) };
}

const HOLD = {
  name: 'hold-caller-ids',
  text: `
    SELECT n.phone_number, n.is_active, n.daily_cap, ${callsOnDayOf('statement_timestamp()')} AS calls_today
    FROM campaigns k JOIN caller_ids n ON ${IS_IN_POOL}
    WHERE k.id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
    ORDER BY n.id FOR NO KEY UPDATE OF n`,
};

const WISHES = {
  name: 'wishes-for-caller-ids',
  text: `
    SELECT j.id AS dialer_job_id,
      (SELECT c.from_number FROM calls c WHERE c.lead_id = j.lead_id ORDER BY c.attempt DESC LIMIT 1) AS previous
    FROM dialer_jobs j WHERE j.id = ANY($1::uuid[]) ORDER BY j.id`,
};

/**
 * Holds the numbers that this job's call came from: whoever gives it back counts them down, and locks them before the
 * job.
 */
export async function holdCallerIdOfCall(sql: Sql, dialerJobId: string): Promise<void> {
  await sql.run(HOLD_OF_CALL, [dialerJobId]);
}

/**
 * Whether number n is the one that call c, placed at its `started_at`, is counted with. One of before midnight that was
 * counted with the day after stays counted: a call too few may come from the number then, never one too many.
 */
export const IS_COUNTED_WITH = `
  NOT c.is_test AND n.tenant_id = c.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM c.telephony_account_id
    AND n.phone_number = c.from_number
  AND n.used_on = ${dayOf('c.started_at')} AND n.created_at <= c.started_at AND n.used_calls > 0`;

const HOLD_OF_CALL = {
  name: 'hold-caller-id-of-call',
  text: `
    SELECT n.id FROM calls c JOIN caller_ids n ON ${IS_COUNTED_WITH} WHERE c.dialer_job_id = $1 FOR NO KEY UPDATE OF n`,
};
