import type { Sql } from '../../../connection/sql.js';

/**
 * Locks every campaign of a tenant, in the order of their ids. No call of them is committed before the transaction has
 * ended.
 * @returns their ids.
 */
export async function lockCampaignsOf(sql: Sql, tenantId: string): Promise<string[]> {
  const campaigns = await sql.run<{ id: string }>(LOCK_CAMPAIGNS, [tenantId]);
  return campaigns.map(({ id }) => id);
}

const LOCK_CAMPAIGNS = {
  name: 'lock-campaigns-of-tenant',
  text: `SELECT id FROM campaigns WHERE tenant_id = $1 ORDER BY id FOR UPDATE`,
};
