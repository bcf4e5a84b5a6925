import { NUMBER_RULES } from '#geography/number-kind.js';
import type { BenchDatabase } from './bench-database.js';

/**
 * Adds distinct numbers to a campaign by SQL, since importing is not measured here. Leaves the tables vacuumed,
 * analyzed and checkpointed, as after a quiet night.
 */
export async function seedLeads(
  database: BenchDatabase,
  campaignId: string,
  { leads, firstNumber = 1 }: { leads: number; firstNumber?: number },
): Promise<void> {
  await database.query(
    `WITH place AS (
       INSERT INTO areas (key, country, zones, number_country, number_kind)
       VALUES ('US America/New_York US ordinary ' || $3, 'US', '["America/New_York"]', 'US', 'ordinary')
       ON CONFLICT (key) DO UPDATE SET country = 'US' RETURNING id
     )
     INSERT INTO leads (area_id, tenant_id, campaign_id, phone_number, number_key, first_name, last_name, email,
       custom_fields)
     SELECT (SELECT id FROM place), tenant_id, id, '+1' || (2000000000 + n), '+1' || (2000000000 + n), 'First ' || n,
       'Last ' || n, 'person' || n || '@example.com',
       jsonb_build_object('plan', 'basic', 'customer', n)
     FROM campaigns, generate_series($4::int, $4::int + $2::int - 1) AS n WHERE id = $1`,
    [campaignId, leads, NUMBER_RULES, firstNumber],
  );
  await database.query('VACUUM (ANALYZE)');
  await database.query('CHECKPOINT');
}
