import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../../connection/sql.js';
import type { DncList } from '../../people/dnc.js';

export interface WaitingCampaign {
  readonly campaign_id: string;
  readonly status: CampaignStatus;
}

export interface WaitingCampaigns {
  /** Newest campaigns first, at most `MOST_WAITING_SHOWN`. */
  readonly campaigns: readonly WaitingCampaign[];
  readonly total: number;
}

/** Campaigns that one answer names at most; a contact usually waits in a few. */
export const MOST_WAITING_SHOWN = 100;

/** Returns the campaigns of one world in which a contact with this number is due and may be called now. */
export async function waitingCampaigns(
  sql: Sql,
  { tenantId, isTest }: DncList,
  phoneNumber: string,
): Promise<WaitingCampaigns> {
  const rows = await sql.run<WaitingCampaign & { total: number }>(WAITING, [tenantId, numberKey(phoneNumber), isTest]);
  return {
    campaigns: rows.map(({ campaign_id, status }) => ({ campaign_id, status })),
    total: rows[0]?.total ?? 0,
  };
}

const WAITING = {
  name: 'waiting-campaigns',
  text: `
    SELECT k.id AS campaign_id, k.status, count(*) OVER ()::int AS total
    FROM leads l JOIN campaigns k ON k.id = l.campaign_id
    WHERE l.tenant_id = $1 AND l.number_key = $2 AND l.status = 'pending' AND l.block_code IS NULL
      AND k.is_test = $3
    ORDER BY k.created_at DESC, k.id DESC LIMIT ${MOST_WAITING_SHOWN}`,
};
