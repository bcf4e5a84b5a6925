import type { Sql } from '../../../connection/sql.js';
import { HAS_OPERATOR_LIMIT, limitOf, OPERATOR_MINUTES_FREE } from '../eligibility/operator-limits.js';

/** Minutes that a call of campaign k sets aside: as long as it may last at most. A test campaign's sets none aside. */
export const MINUTES_OF_A_CALL = 'ceil(k.max_call_seconds / 60.0)::int';

/**
 * Tenant t has a budget or a limit of the operator's, or has calls on the line that have set something aside of one; i
 * is the installation.
 */
export const HAS_BUDGET = `(t.minutes_remaining IS NOT NULL OR t.minutes_reserved > 0 OR ${HAS_OPERATOR_LIMIT})`;

/**
 * Holds the budgets of the tenants of these dialer jobs until the transaction ends; one without a budget, and nothing
 * set aside from an earlier one, is neither locked nor waited for. Comes where `lockCampaign` says that tenants come:
 * after numbers, before campaigns.
 * @returns whose budgets are held. A budget that is set only after this has looked is no matter of this transaction.
 */
export async function holdBudgetsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(HOLD, [dialerJobIds]);
  return rows.map(({ id }) => id);
}

const HOLD = {
  name: 'hold-budgets-of-jobs',
  text: `
    SELECT t.id FROM tenants t CROSS JOIN installation i
    WHERE t.id = ANY(ARRAY(SELECT tenant_id FROM dialer_jobs WHERE id = ANY($1::uuid[]))) AND ${HAS_BUDGET}
    ORDER BY t.id FOR NO KEY UPDATE OF t`,
};

/**
 * Finds tenants whose budget or operator's limit cannot carry one of these jobs' calls; the caller holds the tenants.
 */
export interface OutOfMinutes {
  readonly tenant_id: string;
  readonly campaign_id: string;
  /** True: the operator's minutes are short; else the tenant's own budget is. */
  readonly is_operators: boolean;
}

export function outOfMinutes(
  sql: Sql,
  { dialerJobIds, isRelayed }: { dialerJobIds: readonly string[]; isRelayed: boolean },
): Promise<OutOfMinutes[]> {
  return sql.run<OutOfMinutes>(OUT_OF_MINUTES, [dialerJobIds, isRelayed]);
}

/** A call that the operator pays for: over the installation's route, or one in which its language model talks. */
export const isPaidByOperator = (isRelayed: string) =>
  `(NOT k.is_test AND (k.telephony_account_id IS NULL OR ${isRelayed}))`;

const IS_SPENT = `coalesce(NOT k.is_test AND t.minutes_remaining - t.minutes_reserved < ${MINUTES_OF_A_CALL}, false)`;
const isOperatorsSpent = (isRelayed: string) =>
  `coalesce(${isPaidByOperator(isRelayed)} AND ${OPERATOR_MINUTES_FREE} < ${MINUTES_OF_A_CALL}, false)`;

const OUT_OF_MINUTES = {
  name: 'tenants-out-of-minutes',
  text: `
    SELECT DISTINCT t.id AS tenant_id, k.id AS campaign_id, NOT ${IS_SPENT} AS is_operators
    FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id JOIN tenants t ON t.id = j.tenant_id CROSS JOIN installation i
    WHERE j.id = ANY($1::uuid[]) AND (${IS_SPENT} OR ${isOperatorsSpent('$2::boolean')}) ORDER BY 1, 2`,
};

/** The budget that one call of a campaign lacks; null: none. */
export type MinutesObstacle = 'budget_exhausted' | 'operator_limit_reached' | null;

/**
 * Whether its tenant's budget, and what the operator allows, carry one call of a campaign; the caller has locked both
 * (`lockKillSwitches`, `lockCampaign`). Over an account of the tenant's own the operator's model may talk all the same:
 * that is asked when the call is placed.
 */
export async function minutesObstacle(sql: Sql, campaignId: string): Promise<MinutesObstacle> {
  const [row] = await sql.run<{ is_spent: boolean; is_operators_spent: boolean }>(ONE_CALL, [campaignId]);
  if (row?.is_spent) return 'budget_exhausted';
  return row?.is_operators_spent ? 'operator_limit_reached' : null;
}

const ONE_CALL = {
  name: 'has-minutes-for-one-call',
  text: `
    SELECT ${IS_SPENT} AS is_spent, ${isOperatorsSpent('false')} AS is_operators_spent
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i WHERE k.id = $1`,
};

/** What an ended call takes; `minutes` is null while nobody knows. */
export interface EndedCall {
  readonly call_id: string;
  readonly minutes: number | null;
}

/**
 * Frees what ended calls, locked by the caller, had set aside, and takes off what they have talked: each of them once,
 * and the difference where it turns out to have been more or less than was known before. A call that lasted longer than
 * it may, or was placed before there was a budget, is charged too, as far as there is something left. Test calls cost
 * nobody anything.
 * @param tenantIds whose budgets are held (`holdBudgetsOfJobs`); calls of others are left alone.
 */
export async function chargeCalls(
  sql: Sql,
  { calls, tenantIds }: { calls: readonly EndedCall[]; tenantIds: readonly string[] },
): Promise<void> {
  await sql.run(CHARGE, [JSON.stringify(calls), tenantIds]);
}

/**
 * `greatest(0, NULL)` is 0: a tenant that has no budget any more would get one that is used up. What the operator
 * allows is counted upwards, over its own route and where its language model talked, and while there is a limit.
 */
const CHARGE = {
  name: 'charge-calls',
  text: `
    WITH ended AS (
      SELECT c.id, c.tenant_id, coalesce(c.reserved_minutes, 0) AS reserved, coalesce(c.operator_reserved_minutes, 0) AS operator_reserved,
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
        operator_reserved_minutes = NULL, operator_charged_minutes = coalesce(ended.operator_charged, c.operator_charged_minutes)
      FROM ended WHERE c.id = ended.id AND (ended.reserved > 0 OR ended.charged IS NOT NULL
        OR ended.operator_reserved > 0 OR ended.operator_charged IS NOT NULL)
    )
    UPDATE tenants t SET
      minutes_reserved = t.minutes_reserved - s.reserved,
      minutes_remaining = CASE WHEN t.minutes_remaining IS NOT NULL THEN greatest(0, t.minutes_remaining - s.charged) END,
      operator_minutes_reserved = t.operator_minutes_reserved - s.operator_reserved,
      operator_minutes_used = greatest(0, t.operator_minutes_used + s.operator_charged)
    FROM (SELECT tenant_id, sum(reserved) AS reserved, coalesce(sum(charged - before), 0) AS charged,
        sum(operator_reserved) AS operator_reserved, coalesce(sum(operator_charged - operator_before), 0) AS operator_charged
      FROM ended GROUP BY 1) s
    WHERE t.id = s.tenant_id AND (s.reserved > 0 OR s.charged <> 0 OR s.operator_reserved > 0 OR s.operator_charged <> 0)`,
};
