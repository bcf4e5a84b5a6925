import type { DataSource } from 'typeorm';

export const PLAIN_SCHEMA = 'bench_plain';

/**
 * Makes tables with the columns, checks and indexes of the real ones, but without their triggers. Triggers belong to
 * Outdial's way, not to the plain one.
 */
export async function makePlainTables(dataSource: DataSource, leads: number): Promise<string[]> {
  await dataSource.query(`DROP SCHEMA IF EXISTS ${PLAIN_SCHEMA} CASCADE`);
  await dataSource.query(`CREATE SCHEMA ${PLAIN_SCHEMA}`);
  for (const table of ['campaigns', 'leads', 'calls']) {
    await dataSource.query(`CREATE TABLE ${PLAIN_SCHEMA}.${table} (LIKE public.${table} INCLUDING ALL)`);
  }
  await dataSource.query(`INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id, status)
    VALUES ('bench', 'Renewals', 'Ask whether they want to renew their plan.', 'aria', 'running')`);
  const rows = await dataSource.query<{ id: string }[]>(
    `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, first_name, last_name, email)
     SELECT tenant_id, id, '+1' || (3000000000 + n), '+1' || (3000000000 + n), 'First ' || n, 'Last ' || n,
       'person' || n || '@example.com'
     FROM campaigns, generate_series(1, $1::int) AS n RETURNING id`,
    [leads],
  );
  await dataSource.query('ANALYZE campaigns, leads, calls');
  return rows.map(({ id }) => id);
}
