import type { Sql } from '../../connection/sql.js';

/** Stores if a tenant uses rule packs. */
export async function storeRulePacks(
  sql: Sql,
  { tenantId, usesRulePacks }: { tenantId: string; usesRulePacks: boolean },
): Promise<void> {
  await sql.run(SET, [tenantId, usesRulePacks]);
}

const SET = { name: 'set-rule-packs', text: `UPDATE tenants SET uses_rule_packs = $2 WHERE id = $1` };

/** Wakes the running campaigns of a tenant whose rule packs were switched. */
export async function wakeForRulePacks(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(WAKE, [tenantId]);
}

const WAKE = {
  name: 'rule-packs-wake-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE tenant_id = $1 AND status = 'running'`,
};
