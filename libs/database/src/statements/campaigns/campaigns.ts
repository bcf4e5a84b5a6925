import { columnsOf } from '../../entities/columns.js';
import { Campaign, ENGINE_COLUMNS, type CampaignRow } from '../../entities/campaign.entity.js';
import type { Sql } from '../../connection/sql.js';

/** Columns of a campaign that the API shows. */
export const CAMPAIGN_COLUMNS = columnsOf(Campaign, ENGINE_COLUMNS);

export async function findCampaign(
  sql: Sql,
  { tenantId, campaignId }: { tenantId: string; campaignId: string },
): Promise<CampaignRow | undefined> {
  const [campaign] = await sql.run<CampaignRow>(FIND, [tenantId, campaignId]);
  return campaign;
}

const FIND = {
  name: 'find-campaign',
  text: `SELECT ${CAMPAIGN_COLUMNS.join(', ')} FROM campaigns WHERE tenant_id = $1 AND id = $2`,
};
