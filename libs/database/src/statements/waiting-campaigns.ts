import type { CampaignStatus } from '#rules/campaign-status.js';
import { numberKey } from '#rules/number-key.js';
import type { Sql } from '../sql.js';
import type { DncList } from './dnc.js';

export interface WaitingCampaign {
  readonly campaign_id: string;
  readonly status: CampaignStatus;
}

/**
 * Campaigns of one world in which a contact with this number waits for its call; nothing else may keep it from being
 * called now.
 */
export function waitingCampaigns(
  sql: Sql,
  { tenantId, isTest }: DncList,
  phoneNumber: string,
): Promise<WaitingCampaign[]> {
  return sql.run<WaitingCampaign>(WAITING, [tenantId, numberKey(phoneNumber), isTest]);
}

const WAITING = {
  name: 'waiting-campaigns',
  text: `
    SELECT k.id AS campaign_id, k.status FROM leads l JOIN campaigns k ON k.id = l.campaign_id
    WHERE l.tenant_id = $1 AND l.number_key = $2 AND l.status = 'pending' AND l.block_code IS NULL
      AND k.is_test = $3
    ORDER BY k.created_at, k.id`,
};
