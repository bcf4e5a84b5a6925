import type { Transaction } from '../../connection/transaction.js';
import { Tenant } from '../../entities/tenant.entity.js';

/** Stores a tenant that has no users. @returns its id. */
export async function insertTenant({ manager }: Transaction, businessName: string): Promise<string> {
  const { id } = await manager.save(manager.create(Tenant, { business_name: businessName }));
  return id;
}
