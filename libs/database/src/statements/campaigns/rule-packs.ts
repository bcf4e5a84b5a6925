import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Tenant } from '../../entities/tenant.entity.js';

/** Stores if a tenant uses rule packs. */
export async function storeRulePacks(
  { manager }: Transaction,
  { tenantId, usesRulePacks }: { tenantId: string; usesRulePacks: boolean },
): Promise<void> {
  await manager.update(Tenant, { id: tenantId }, { uses_rule_packs: usesRulePacks });
}

/** Wakes the running campaigns of a tenant whose rule packs were switched. */
export async function wakeForRulePacks(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(WAKE, [tenantId]);
}

const WAKE = {
  name: 'rule-packs-wake-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE tenant_id = $1 AND status = 'running'`,
};
