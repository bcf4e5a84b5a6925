import type { Sql } from '#database/connection/sql.js';
import { campaignFields } from '#database/statements/campaigns/campaign-fields.js';
import { KnownFields } from '#rules/template/template-findings.js';

/** Custom fields that variables of a campaign's texts may name. */
export async function knownFields(sql: Sql, campaignId: string): Promise<KnownFields> {
  const { names, has_contacts } = await campaignFields(sql, campaignId);
  return new KnownFields(names, has_contacts);
}
