import type { Transaction } from '../../connection/transaction.js';
import { Tenant } from '../../entities/tenant.entity.js';

export function findTenantIfAny({ manager }: Transaction, tenantId: string): Promise<Tenant | null> {
  return manager.findOneBy(Tenant, { id: tenantId });
}

/** Finds the tenant to which the user who asks belongs. @throws Error if there is none. */
export async function findTenant(tx: Transaction, tenantId: string): Promise<Tenant> {
  return required(await findTenantIfAny(tx, tenantId), tenantId);
}

/** Finds a tenant that is to be changed, locked until the end of the transaction. @throws Error if there is none. */
export async function lockTenant({ manager }: Transaction, tenantId: string): Promise<Tenant> {
  const lock = { mode: 'for_no_key_update' } as const;
  return required(await manager.findOne(Tenant, { where: { id: tenantId }, lock }), tenantId);
}

function required(tenant: Tenant | null, tenantId: string): Tenant {
  if (tenant === null) throw new Error(`There is no tenant ${tenantId}`);
  return tenant;
}
