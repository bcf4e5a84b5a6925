import type { Database } from '../../connection/database.js';
import { Tenant } from '../../entities/tenant.entity.js';

/** Returns the country (ISO 3166-1 alpha-2) of a tenant's numbers in national form; null if it has none. */
export async function defaultCountryOf(database: Database, tenantId: string): Promise<string | null> {
  const wanted = { select: { id: true, default_country: true }, where: { id: tenantId } } as const;
  const tenant = await database.transaction(({ manager }) => manager.findOne(Tenant, wanted));
  return tenant?.default_country ?? null;
}
