import { numberKey } from '#rules/phone-number/number-key.js';
import type { NewLead } from '../leads/add-leads.js';
import type { Sql } from '../../connection/sql.js';

/**
 * Updates leads of a campaign from the cells of a file. The caller has locked the campaign. An empty cell keeps the
 * present value. Custom fields are merged.
 */
export async function updateLeads(sql: Sql, campaignId: string, leads: readonly NewLead[]): Promise<void> {
  const keyed = leads.map((lead) => ({ ...lead, number_key: numberKey(lead.phone_number) }));
  if (keyed.length > 0) await sql.run(UPDATE, [campaignId, JSON.stringify(keyed)]);
}

const UPDATE = {
  name: 'update-leads',
  text: `
    WITH known AS MATERIALIZED (
      SELECT l.id, n.* FROM jsonb_to_recordset($2::jsonb) AS n (
        number_key text, first_name text, last_name text, email text, custom_fields jsonb, timezone text,
          area_id integer)
      CROSS JOIN LATERAL (
        SELECT l.id FROM (SELECT id, campaign_id, status FROM leads WHERE number_key = n.number_key OFFSET 0) l
        WHERE l.campaign_id = $1 AND l.status <> 'removed' LIMIT 1) l
    )
    UPDATE leads l SET first_name = coalesce(n.first_name, l.first_name),
      last_name = coalesce(n.last_name, l.last_name),
      email = coalesce(n.email, l.email), custom_fields = coalesce(l.custom_fields, '{}') || n.custom_fields,
      timezone = coalesce(n.timezone, l.timezone),
      area_id = CASE WHEN n.timezone IS NULL THEN l.area_id ELSE n.area_id END
    FROM known n WHERE l.id = n.id`,
};

/** Returns the custom fields of leads that a campaign has already, by number. The caller has locked the campaign. */
export async function customFieldsOf(
  sql: Sql,
  campaignId: string,
  numbers: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (numbers.length === 0) return new Map();
  const rows = await sql.run<{ phone_number: string; custom_fields: Record<string, unknown> | null }>(FIELDS, [
    campaignId,
    numbers,
    numbers.map(numberKey),
  ]);
  return new Map(rows.map(({ phone_number, custom_fields }) => [phone_number, custom_fields ?? {}]));
}

const FIELDS = {
  name: 'custom-fields-of-leads',
  text: `
    SELECT n.phone_number, l.custom_fields FROM unnest($2::text[], $3::text[]) AS n (phone_number, number_key)
    CROSS JOIN LATERAL (
      SELECT l.custom_fields FROM (SELECT campaign_id, status, custom_fields FROM leads
        WHERE number_key = n.number_key OFFSET 0) l
      WHERE l.campaign_id = $1 AND l.status <> 'removed' LIMIT 1) l`,
};
