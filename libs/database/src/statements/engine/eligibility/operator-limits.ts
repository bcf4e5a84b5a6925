import { dayOf } from './caller-id-pool.js';
import { LOOK_AGAIN_SECONDS, UNLIMITED } from '#rules/campaign/operator-limits.js';

/** SQL for the operator's limit of tenant t: its own limit, else that of installation i; null: unlimited. */
export function limitOf(
  name: 'minutes' | 'concurrent_calls' | 'calls_per_day' | 'open_imports' | 'import_bytes',
): string {
  return `nullif(coalesce(t.limit_${name}, i.tenant_${name}), ${UNLIMITED})`;
}

/** Whether the operator limits what tenant t spends on calls, or something is still set aside of an earlier limit. */
export const HAS_OPERATOR_LIMIT = `(${limitOf('minutes')} IS NOT NULL OR ${limitOf('concurrent_calls')} IS NOT NULL
  OR ${limitOf('calls_per_day')} IS NOT NULL OR t.operator_minutes_reserved > 0)`;

/** Whether one of the limits that are counted in calls holds for tenant t. */
export const HAS_CALL_LIMIT = `(${limitOf('concurrent_calls')} IS NOT NULL OR ${limitOf('calls_per_day')} IS NOT NULL)`;

/** Calls of tenant t on the line in the live world, over all campaigns and routes. */
const LIVE_CALLS = `(SELECT count(*) FROM calls o WHERE o.tenant_id = t.id AND NOT o.is_test
  AND o.status IN ('initiated', 'ringing', 'in_progress'))`;

/**
 * Calls of tenant t on the day of `time`, UTC. A transaction that began before midnight may come after one that began
 * past it.
 */
export function callsToday(time: string): string {
  return `CASE WHEN t.operator_calls_on >= ${dayOf(time)} THEN t.operator_calls ELSE 0 END`;
}

/** When tenant t may place a call again as far as its calls a day go; null: now. */
export function dayLimitUntil(now: string): string {
  return `CASE WHEN ${limitOf('calls_per_day')} <= ${callsToday(now)}
    THEN date_trunc('day', ${now}, 'UTC') + interval '24 hours' END`;
}

/** When tenant t is looked at again, with as many calls on the line as it may have; null: there is room. */
export function concurrencyLimitUntil(now: string): string {
  return `CASE WHEN ${limitOf('concurrent_calls')} <= ${LIVE_CALLS}
    THEN ${now} + ${LOOK_AGAIN_SECONDS} * interval '1 second' END`;
}

/** Calls that tenant t may still place; null: any number. What waits in the queue is not counted. */
export function callsFree(now: string): string {
  return `least(${limitOf('concurrent_calls')} - ${LIVE_CALLS}, ${limitOf('calls_per_day')} - ${callsToday(now)})`;
}

/** Minutes of the operator's that tenant t may still set aside; null: any number. */
export const OPERATOR_MINUTES_FREE = `${limitOf('minutes')} - t.operator_minutes_used - t.operator_minutes_reserved`;

/** Jobs of tenant t's running campaigns, tests apart, that have been claimed and not yet placed. */
export const QUEUED_JOBS = `(SELECT count(*) FROM campaigns o JOIN dialer_jobs q ON q.campaign_id = o.id AND q.status = 'queued'
  WHERE o.tenant_id = t.id AND o.status = 'running' AND NOT o.is_test)`;
