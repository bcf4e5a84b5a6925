import type { Tenant } from '../../entities/tenant.entity.js';
import type { Sql } from '../../connection/sql.js';

export async function findTenantIfAny(sql: Sql, tenantId: string): Promise<Tenant | undefined> {
  const [tenant] = await sql.run<Tenant>(FIND, [tenantId]);
  return tenant;
}

/** Finds a tenant that is to be changed, locked until the end of the transaction. @throws Error when there is none. */
export async function lockTenant(sql: Sql, tenantId: string): Promise<Tenant> {
  const [tenant] = await sql.run<Tenant>(LOCK, [tenantId]);
  if (!tenant) throw new Error(`There is no tenant ${tenantId}`);
  return tenant;
}

/** @throws Error when there is none: whoever asks belongs to it. */
export async function findTenant(sql: Sql, tenantId: string): Promise<Tenant> {
  const tenant = await findTenantIfAny(sql, tenantId);
  if (!tenant) throw new Error(`There is no tenant ${tenantId}`);
  return tenant;
}

const LOCK = { name: 'lock-tenant', text: 'SELECT * FROM tenants WHERE id = $1 FOR NO KEY UPDATE' };

const FIND = { name: 'find-tenant', text: 'SELECT * FROM tenants WHERE id = $1' };
