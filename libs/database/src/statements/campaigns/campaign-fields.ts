import type { Sql } from '../../connection/sql.js';

/** Custom fields that a campaign's contacts have. */
export interface CampaignFields {
  readonly has_contacts: boolean;
  readonly names: readonly string[];
}

/** Leads that are read at each end; leads of one import have the same columns. */
const READ_AT_EACH_END = 500;

const MOST_NAMES = 1_000;
const LONGEST_NAME = 300;

/**
 * Lists the custom fields of the newest and the oldest leads of a campaign, removed leads included. It reads the index
 * of the campaign's leads from both ends. So a million leads cost no more than a thousand.
 */
export async function campaignFields(sql: Sql, campaignId: string): Promise<CampaignFields> {
  const bounds = [READ_AT_EACH_END, LONGEST_NAME, MOST_NAMES];
  const [row] = await sql.run<CampaignFields>(FIELDS, [campaignId, ...bounds]);
  return row!;
}

const FIELDS = {
  name: 'campaign-fields',
  text: `
    WITH read AS MATERIALIZED (
      (SELECT custom_fields FROM leads WHERE campaign_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)
      UNION ALL
      (SELECT custom_fields FROM leads WHERE campaign_id = $1 ORDER BY created_at, id LIMIT $2)
    )
    SELECT EXISTS (SELECT FROM read) AS has_contacts, ARRAY(
      SELECT DISTINCT name FROM read CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(custom_fields) WHEN 'object'
        THEN custom_fields END) AS name
      WHERE length(name) <= $3 ORDER BY name LIMIT $4
    ) AS names`,
};
