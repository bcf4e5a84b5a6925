import type { Sql } from '../../../connection/sql.js';
import { HAS_OPERATOR_LIMIT, limitOf, OPERATOR_MINUTES_FREE } from '../eligibility/operator-limits.js';

/** Minutes that a call of campaign k reserves: its longest duration. Calls of test campaigns reserve none. */
export const MINUTES_OF_A_CALL = 'ceil(k.max_call_seconds / 60.0)::int';

/**
 * True if tenant t has a budget or an operator's limit, or minutes reserved by live calls. Alias i is the installation.
 */
export const HAS_BUDGET = `(t.minutes_remaining IS NOT NULL OR t.minutes_reserved > 0 OR ${HAS_OPERATOR_LIMIT})`;

/**
 * Locks the budgets of the tenants of these dialer jobs until the transaction ends. A tenant without a budget, limit or
 * reserved minutes is not locked. In the order of locks (`lockCampaign`), tenants follow numbers and precede campaigns.
 * @returns ids of the locked tenants. A budget that is set later does not concern this transaction.
 */
export async function lockBudgetsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(LOCK_BUDGETS, [dialerJobIds]);
  return rows.map(({ id }) => id);
}

const LOCK_BUDGETS = {
  name: 'lock-budgets-of-jobs',
  text: `
    SELECT t.id FROM tenants t CROSS JOIN installation i
    WHERE t.id = ANY(ARRAY(SELECT tenant_id FROM dialer_jobs WHERE id = ANY($1::uuid[]))) AND ${HAS_BUDGET}
    ORDER BY t.id FOR NO KEY UPDATE OF t`,
};

/** A campaign whose tenant lacks minutes for the call of one of its jobs. */
export interface OutOfMinutes {
  readonly tenant_id: string;
  readonly campaign_id: string;
  /** True: the operator's minutes are short. False: the tenant's own budget is. */
  readonly is_operators: boolean;
}

export function outOfMinutes(
  sql: Sql,
  { dialerJobIds, isRelayed }: { dialerJobIds: readonly string[]; isRelayed: boolean },
): Promise<OutOfMinutes[]> {
  return sql.run<OutOfMinutes>(OUT_OF_MINUTES, [dialerJobIds, isRelayed]);
}

/**
 * True for a call that the operator pays for. It goes over the installation's route, or the operator's model talks in
 * it.
 */
export const isPaidByOperator = (isRelayed: string) =>
  `(NOT k.is_test AND (k.telephony_account_id IS NULL OR ${isRelayed}))`;

const IS_SPENT = `coalesce(NOT k.is_test AND t.minutes_remaining - t.minutes_reserved < ${MINUTES_OF_A_CALL}, false)`;
const isOperatorsSpent = (isRelayed: string) =>
  `coalesce(${isPaidByOperator(isRelayed)} AND ${OPERATOR_MINUTES_FREE} < ${MINUTES_OF_A_CALL}, false)`;

const OUT_OF_MINUTES = {
  name: 'tenants-out-of-minutes',
  text: `
    SELECT DISTINCT t.id AS tenant_id, k.id AS campaign_id, NOT ${IS_SPENT} AS is_operators
    FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id JOIN tenants t ON t.id = j.tenant_id
      CROSS JOIN installation i
    WHERE j.id = ANY($1::uuid[]) AND (${IS_SPENT} OR ${isOperatorsSpent('$2::boolean')}) ORDER BY 1, 2`,
};

/** Budgets that lack minutes for one call of a campaign: the tenant's own, and the operator's. */
export interface SpentMinutes {
  readonly is_spent: boolean;
  readonly is_operators_spent: boolean;
}

/**
 * Returns which budgets lack minutes for one call of a campaign; undefined: there is no such campaign. The caller has
 * locked both budgets (`lockKillSwitches`, `lockCampaign`).
 */
export async function spentMinutes(sql: Sql, campaignId: string): Promise<SpentMinutes | undefined> {
  const [row] = await sql.run<SpentMinutes>(ONE_CALL, [campaignId]);
  return row;
}

const ONE_CALL = {
  name: 'has-minutes-for-one-call',
  text: `
    SELECT ${IS_SPENT} AS is_spent, ${isOperatorsSpent('false')} AS is_operators_spent
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i WHERE k.id = $1`,
};

/** Minutes that an ended call is charged; `minutes` is null while the duration is unknown. */
export interface EndedCall {
  readonly call_id: string;
  readonly minutes: number | null;
}

/**
 * Charges ended calls, which the caller has locked, to their tenants. Each call is charged once; a corrected duration
 * is charged as the difference.
 *
 * 1. Work out for each call what it reserved, what it was charged before and what it is charged now.
 * 2. Clear the reservation of the call and write down the charge.
 * 3. Move the sums to the tenants' budgets and to the operator's count.
 *
 * A call that ran too long, or began without a budget, is charged as far as minutes are left. Test calls cost nothing.
 * @param tenantIds tenants whose budgets are locked (`lockBudgetsOfJobs`). Calls of others are left alone.
 */
export async function chargeCalls(
  sql: Sql,
  { calls, tenantIds }: { calls: readonly EndedCall[]; tenantIds: readonly string[] },
): Promise<void> {
  await sql.run(CHARGE, [JSON.stringify(calls), tenantIds]);
}

/**
 * The CASE keeps a tenant without a budget at null, as `greatest(0, NULL)` is 0. The operator's minutes are counted
 * upwards, for its own route and for calls in which its model talked.
 */
const CHARGE = {
  name: 'charge-calls',
  text: `
    WITH ended AS (
      SELECT c.id, c.tenant_id, coalesce(c.reserved_minutes, 0) AS reserved,
        coalesce(c.operator_reserved_minutes, 0) AS operator_reserved,
        CASE WHEN t.minutes_remaining IS NOT NULL THEN nullif(e.minutes, c.charged_minutes) END AS charged,
        coalesce(c.charged_minutes, 0) AS before,
        CASE WHEN ${limitOf('minutes')} IS NOT NULL AND (c.telephony_account_id IS NULL OR c.is_relayed)
          THEN nullif(e.minutes, c.operator_charged_minutes) END AS operator_charged,
        coalesce(c.operator_charged_minutes, 0) AS operator_before
      FROM jsonb_to_recordset($1::jsonb) AS e (call_id uuid, minutes int)
        JOIN calls c ON c.id = e.call_id JOIN tenants t ON t.id = c.tenant_id CROSS JOIN installation i
      WHERE c.tenant_id = ANY($2::text[]) AND NOT c.is_test
    ), call AS (
      UPDATE calls c SET reserved_minutes = NULL, charged_minutes = coalesce(ended.charged, c.charged_minutes),
        operator_reserved_minutes = NULL,
        operator_charged_minutes = coalesce(ended.operator_charged, c.operator_charged_minutes)
      FROM ended WHERE c.id = ended.id AND (ended.reserved > 0 OR ended.charged IS NOT NULL
        OR ended.operator_reserved > 0 OR ended.operator_charged IS NOT NULL)
    )
    UPDATE tenants t SET
      minutes_reserved = t.minutes_reserved - s.reserved,
      minutes_remaining = CASE WHEN t.minutes_remaining IS NOT NULL
        THEN greatest(0, t.minutes_remaining - s.charged) END,
      operator_minutes_reserved = t.operator_minutes_reserved - s.operator_reserved,
      operator_minutes_used = greatest(0, t.operator_minutes_used + s.operator_charged)
    FROM (SELECT tenant_id, sum(reserved) AS reserved, coalesce(sum(charged - before), 0) AS charged,
        sum(operator_reserved) AS operator_reserved,
          coalesce(sum(operator_charged - operator_before), 0) AS operator_charged
      FROM ended GROUP BY 1) s
    WHERE t.id = s.tenant_id AND (s.reserved > 0 OR s.charged <> 0 OR s.operator_reserved > 0
      OR s.operator_charged <> 0)`,
};
