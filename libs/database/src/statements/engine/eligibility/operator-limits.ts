import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import type { GateOf } from '#rules/gate/gate.js';
import { dayOf } from './caller-id-pool.js';
import { LOOK_AGAIN_SECONDS, UNLIMITED } from '#rules/campaign/operator-limits.js';
import { sqlList } from '../../parts/sql-list.js';

/** Returns SQL for the operator's limit of tenant t: its own limit, else that of installation i; null: unlimited. */
export function limitOf(
  name: 'minutes' | 'concurrent_calls' | 'calls_per_day' | 'open_imports' | 'import_bytes',
): string {
  return `nullif(coalesce(t.limit_${name}, i.tenant_${name}), ${UNLIMITED})`;
}

/** Calls of tenant t that are in progress in the live world, over all campaigns and routes. */
const LIVE_CALLS = `(SELECT count(*) FROM calls o WHERE o.tenant_id = t.id AND NOT o.is_test
  AND o.status IN (${sqlList(LIVE_CALL_STATUSES)}))`;

/**
 * Returns the number of tenant t's calls on the day of `time`, UTC. A transaction that began before midnight may come
 * after one that began later.
 */
export function callsToday(time: string): string {
  return `CASE WHEN t.operator_calls_on >= ${dayOf(time)} THEN t.operator_calls ELSE 0 END`;
}

/** Returns the time at which the limit of calls a day lets tenant t place a call again; null: now. */
export function dayLimitUntil(now: string): string {
  return `CASE WHEN ${limitOf('calls_per_day')} <= ${callsToday(now)}
    THEN date_trunc('day', ${now}, 'UTC') + interval '24 hours' END`;
}

/** Returns the time at which tenant t is checked again for a free call; null: it has one now. */
export function concurrencyLimitUntil(now: string): string {
  return `CASE WHEN ${limitOf('concurrent_calls')} <= ${LIVE_CALLS}
    THEN ${now} + ${LOOK_AGAIN_SECONDS} * interval '1 second' END`;
}

/** Limit that is counted in calls, as SQL over tenant t and installation i. */
interface CallLimit {
  readonly limit: string;
  /** Number of calls that count towards it. */
  readonly used: (now: string) => string;
  /** Time at which the gate may open; null: it is open. */
  readonly until: (now: string) => string;
}

/** Limits of the gates that the mechanism `operator_limits` decides, in the order in which they are reported. */
export const CALL_LIMITS: Readonly<Record<GateOf<'operator_limits'>, CallLimit>> = {
  operator_calls_per_day: { limit: limitOf('calls_per_day'), used: callsToday, until: dayLimitUntil },
  operator_concurrent_calls: {
    limit: limitOf('concurrent_calls'),
    used: () => LIVE_CALLS,
    until: concurrencyLimitUntil,
  },
};

export const CALL_LIMIT_GATES = Object.keys(CALL_LIMITS) as readonly GateOf<'operator_limits'>[];

const HAS_ANY_CALL_LIMIT = Object.values(CALL_LIMITS)
  .map(({ limit }) => `${limit} IS NOT NULL`)
  .join(' OR ');

/** True if one of the limits that are counted in calls holds for tenant t. */
export const HAS_CALL_LIMIT = `(${HAS_ANY_CALL_LIMIT})`;

/** True if the operator limits what tenant t spends on calls, or minutes of an earlier limit are still reserved. */
export const HAS_OPERATOR_LIMIT = `(${limitOf('minutes')} IS NOT NULL OR ${HAS_ANY_CALL_LIMIT}
  OR t.operator_minutes_reserved > 0)`;

/** Returns the number of calls that tenant t may still place; null: any number. Queued jobs are not counted. */
export function callsFree(now: string): string {
  return `least(${Object.values(CALL_LIMITS)
    .map(({ limit, used }) => `${limit} - ${used(now)}`)
    .join(', ')})`;
}

/** Minutes of the operator's that tenant t may still reserve; null: any number. */
export const OPERATOR_MINUTES_FREE = `${limitOf('minutes')} - t.operator_minutes_used - t.operator_minutes_reserved`;

/** Number of tenant t's queued jobs in running campaigns, without test campaigns. */
export const QUEUED_JOBS = `(SELECT count(*) FROM campaigns o
  JOIN dialer_jobs q ON q.campaign_id = o.id AND q.status = 'queued'
  WHERE o.tenant_id = t.id AND o.status = 'running' AND NOT o.is_test)`;
