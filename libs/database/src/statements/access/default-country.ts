import type { Sql } from '../../connection/sql.js';

/** Returns the country (ISO 3166-1 alpha-2) of a tenant's numbers in national form; null if it has none. */
export async function defaultCountryOf(sql: Sql, tenantId: string): Promise<string | null> {
  const [tenant] = await sql.run<{ default_country: string | null }>(FIND, [tenantId]);
  return tenant?.default_country ?? null;
}

const FIND = { name: 'default-country', text: `SELECT default_country FROM tenants WHERE id = $1` };
