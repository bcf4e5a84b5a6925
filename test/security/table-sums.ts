import type { TestDatabase } from '../support/test-database.js';

/** Change with every request: counters of limits, and when a session or a key was last used. */
const NOTED_BY_EVERY_REQUEST = ['rate_limits', 'auth_sessions', 'api_keys'];

/** Sums up all rows of every table, or those of one tenant. Two equal sums mean that nothing has changed. */
export async function tableSums(database: TestDatabase, tenantId: string | null = null): Promise<Map<string, string>> {
  const tables = await database.query<{ name: string; is_of_tenants: boolean }>(
    `SELECT c.relname AS name,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS is_of_tenants
     FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ($1)
     ORDER BY 1`,
    [NOTED_BY_EVERY_REQUEST],
  );
  const sums = new Map<string, string>();
  for (const { name } of tables.filter((table) => tenantId === null || table.is_of_tenants)) {
    const [row] = await database.query<{ sum: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS sum FROM ${name} t
       ${tenantId === null ? '' : 'WHERE tenant_id = $1'}`,
      tenantId === null ? [] : [tenantId],
    );
    sums.set(name, row!.sum);
  }
  return sums;
}
