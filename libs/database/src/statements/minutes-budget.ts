import type { Sql } from '../sql.js';

/** What a call of campaign k sets aside: as long as it may last at most. */
export const MINUTES_OF_A_CALL = 'ceil(k.max_call_seconds / 60.0)::int';

/** A tenant that has a budget, or has calls on the line that have set something aside of one. */
export const HAS_BUDGET = '(minutes_remaining IS NOT NULL OR minutes_reserved > 0)';

/**
 * Holds the budgets of the tenants of these dialer jobs until the transaction ends; one without a budget, and nothing set aside from an
 * earlier one, is neither locked nor waited for. Comes where `lockCampaign` says that tenants come: after numbers, before campaigns.
 * @returns whose budgets are held. A budget that is set only after this has looked is no matter of this transaction.
 */
export async function holdBudgetsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(HOLD, [dialerJobIds]);
  return rows.map(({ id }) => id);
}

const HOLD = {
  name: 'hold-budgets-of-jobs',
  text: `
    SELECT id FROM tenants WHERE id = ANY(ARRAY(SELECT tenant_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
      AND ${HAS_BUDGET}
    ORDER BY id FOR NO KEY UPDATE`,
};

/** Those tenants, held by the caller, whose budget cannot carry one of these jobs' calls. */
export async function tenantsOutOfMinutes(sql: Sql, dialerJobIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(OUT_OF_MINUTES, [dialerJobIds]);
  return rows.map(({ id }) => id);
}

const OUT_OF_MINUTES = {
  name: 'tenants-out-of-minutes',
  text: `
    SELECT DISTINCT t.id FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id JOIN tenants t ON t.id = j.tenant_id
    WHERE j.id = ANY($1::uuid[]) AND t.minutes_remaining - t.minutes_reserved < ${MINUTES_OF_A_CALL} ORDER BY 1`,
};

/** Whether its tenant's budget carries one call of a campaign; the caller has locked both (`lockKillSwitches`, `lockCampaign`). */
export async function hasMinutesForOneCall(sql: Sql, campaignId: string): Promise<boolean> {
  const [row] = await sql.run<{ has_minutes: boolean }>(ONE_CALL, [campaignId]);
  return row?.has_minutes ?? true;
}

const ONE_CALL = {
  name: 'has-minutes-for-one-call',
  text: `
    SELECT coalesce(t.minutes_remaining - t.minutes_reserved >= ${MINUTES_OF_A_CALL}, true) AS has_minutes
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id WHERE k.id = $1`,
};

/** What an ended call takes; `minutes` is null while nobody knows. */
export interface EndedCall {
  readonly call_id: string;
  readonly minutes: number | null;
}

/**
 * Frees what ended calls, locked by the caller, had set aside, and takes off what they have talked: each of them once. A call that lasted
 * longer than it may, or was placed before there was a budget, is charged too, as far as there is something left.
 * @param tenantIds whose budgets are held (`holdBudgetsOfJobs`); calls of others are left alone.
 */
export async function chargeCalls(
  sql: Sql,
  { calls, tenantIds }: { calls: readonly EndedCall[]; tenantIds: readonly string[] },
): Promise<void> {
  await sql.run(CHARGE, [JSON.stringify(calls), tenantIds]);
}

/** `greatest(0, NULL)` is 0: a tenant that has no budget any more would get one that is used up. */
const CHARGE = {
  name: 'charge-calls',
  text: `
    WITH ended AS (
      SELECT c.id, c.tenant_id, coalesce(c.reserved_minutes, 0) AS reserved,
        CASE WHEN c.charged_minutes IS NULL AND t.minutes_remaining IS NOT NULL THEN e.minutes END AS charged
      FROM jsonb_to_recordset($1::jsonb) AS e (call_id uuid, minutes int)
        JOIN calls c ON c.id = e.call_id JOIN tenants t ON t.id = c.tenant_id
      WHERE c.tenant_id = ANY($2::text[])
    ), call AS (
      UPDATE calls c SET reserved_minutes = NULL, charged_minutes = coalesce(c.charged_minutes, ended.charged)
      FROM ended WHERE c.id = ended.id AND (ended.reserved > 0 OR ended.charged IS NOT NULL)
    )
    UPDATE tenants t SET
      minutes_reserved = t.minutes_reserved - s.reserved,
      minutes_remaining = CASE WHEN t.minutes_remaining IS NOT NULL THEN greatest(0, t.minutes_remaining - s.charged) END
    FROM (SELECT tenant_id, sum(reserved) AS reserved, coalesce(sum(charged), 0) AS charged FROM ended GROUP BY 1) s
    WHERE t.id = s.tenant_id AND (s.reserved > 0 OR s.charged > 0)`,
};
