import type { Sql } from '../../connection/sql.js';

/** A tenant without users. @returns its id. */
export async function insertTenant(sql: Sql, businessName: string): Promise<string> {
  const [row] = await sql.run<{ id: string }>(INSERT, [businessName]);
  return row!.id;
}

const INSERT = { name: 'insert-tenant', text: `INSERT INTO tenants (business_name) VALUES ($1) RETURNING id` };
