import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** Slots of a campaign, and the number of live dialer jobs that occupy them. */
export interface CampaignSlots {
  readonly slots: number;
  readonly live: number;
}

/** Counts the slots of a campaign that the caller has locked, and its live dialer jobs. */
export async function campaignSlots(sql: Sql, campaignId: string): Promise<CampaignSlots> {
  const [row] = await sql.run<CampaignSlots>(SLOTS, [campaignId]);
  return row!;
}

const SLOTS = {
  name: 'campaign-slots',
  text: `
    SELECT k.max_concurrent_calls AS slots, (SELECT count(*)::int FROM dialer_jobs j
      WHERE j.campaign_id = k.id AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})) AS live
    FROM campaigns k WHERE k.id = $1`,
};
