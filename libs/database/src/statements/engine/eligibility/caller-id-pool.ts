import type { NumberWish, PoolNumber } from '#rules/route/caller-id-choice.js';
import type { Sql } from '../../../connection/sql.js';

/** Returns the day of `time` in UTC. A tenant has no time zone of its own, and its campaigns call several. */
export function dayOf(time: string): string {
  return `(${time} AT TIME ZONE 'UTC')::date`;
}

/**
 * Returns the calls from a row of `caller_ids` on the day of `time`. A row of a later day counts as well. A transaction
 * that began before midnight may commit after one that began later, and would find the cap unused.
 */
export function callsOnDayOf(time: string): string {
  return `CASE WHEN used_on >= ${dayOf(time)} THEN used_calls ELSE 0 END`;
}

/**
 * True if campaign k may call from number n. The pool of a campaign that names a number is that number, if it is known.
 * A test campaign has no pool: its calls do not count towards caps.
 */
const IS_IN_POOL = `
  NOT k.is_test AND n.tenant_id = k.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM k.telephony_account_id
  AND (k.from_number IS NULL OR n.phone_number = k.from_number)`;

/** True if all numbers of campaign k are switched off; null if it has no pool. */
export const ARE_CALLER_IDS_OFF = `(SELECT NOT bool_or(n.is_active) FROM caller_ids n WHERE ${IS_IN_POOL})`;

/**
 * Returns the time at which campaign k may have a number to call from again; null: now, or no pool. This is the next
 * day, or `infinity` if all its numbers are switched off.
 */
export function callerIdsUntil(now: string): string {
  return `(SELECT CASE WHEN NOT bool_or(n.is_active) THEN 'infinity'
    WHEN NOT bool_or(n.is_active AND (n.daily_cap IS NULL OR ${callsOnDayOf(now)} < n.daily_cap))
    THEN date_trunc('day', ${now}, 'UTC') + interval '24 hours' END FROM caller_ids n WHERE ${IS_IN_POOL})`;
}

/**
 * Locks the pool of these jobs, all of one campaign. The caller has locked the campaign, so that its pool does not
 * change.
 * @returns the numbers of the pool; none if the campaign has no pool.
 */
export function lockCallerIdPool(sql: Sql, dialerJobIds: readonly string[]): Promise<PoolNumber[]> {
  return sql.run<PoolNumber>(LOCK_POOL, [dialerJobIds]);
}

const LOCK_POOL = {
  name: 'lock-caller-ids',
  text: `
    SELECT n.phone_number, n.is_active, n.daily_cap, ${callsOnDayOf('statement_timestamp()')} AS calls_today
    FROM campaigns k JOIN caller_ids n ON ${IS_IN_POOL}
    WHERE k.id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
    ORDER BY n.id FOR NO KEY UPDATE OF n`,
};

/** Returns these jobs, each with the caller id of its lead's previous call. */
export function callerIdWishes(sql: Sql, dialerJobIds: readonly string[]): Promise<NumberWish[]> {
  return sql.run<NumberWish>(WISHES, [dialerJobIds]);
}

const WISHES = {
  name: 'wishes-for-caller-ids',
  text: `
    SELECT j.id AS dialer_job_id,
      (SELECT c.from_number FROM calls c WHERE c.lead_id = j.lead_id ORDER BY c.attempt DESC LIMIT 1) AS previous
    FROM dialer_jobs j WHERE j.id = ANY($1::uuid[]) ORDER BY j.id`,
};

/**
 * Locks the number that this job's call came from. A refund of the attempt counts it down, and locks it before the job.
 */
export async function lockCallerIdOfCall(sql: Sql, dialerJobId: string): Promise<void> {
  await sql.run(LOCK_OF_CALL, [dialerJobId]);
}

/**
 * True if call c is counted in the row of number n. A call placed before midnight but counted on the day after stays
 * counted. The number then makes one call too few, never one too many.
 */
export const IS_COUNTED_WITH = `
  NOT c.is_test AND n.tenant_id = c.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM c.telephony_account_id
    AND n.phone_number = c.from_number
  AND n.used_on = ${dayOf('c.started_at')} AND n.created_at <= c.started_at AND n.used_calls > 0`;

const LOCK_OF_CALL = {
  name: 'lock-caller-id-of-call',
  text: `
    SELECT n.id FROM calls c JOIN caller_ids n ON ${IS_COUNTED_WITH} WHERE c.dialer_job_id = $1 FOR NO KEY UPDATE OF n`,
};
