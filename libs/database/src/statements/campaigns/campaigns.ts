import type { Campaign } from '../../entities/campaign.entity.js';
import type { Sql } from '../../connection/sql.js';

/** Columns of a campaign that the API shows. */
export const CAMPAIGN_COLUMNS = [
  'id',
  'tenant_id',
  'name',
  'description',
  'status',
  'status_reason',
  'system_prompt',
  'voice_id',
  'first_message',
  'max_concurrent_calls',
  'retry_failed',
  'max_retries',
  'ring_timeout_seconds',
  'max_call_seconds',
  'default_country',
  'created_at',
  'started_at',
  'completed_at',
  'total_leads',
  'calls_completed',
  'calls_failed',
  'updated_at',
  'retry_policy',
  'min_gap_seconds',
  'start_at',
  'end_at',
  'calling_window',
  'blackout_dates',
  'skips_public_holidays',
  'requires_consent',
  'telephony_account_id',
  'from_number',
  'language',
  'record_calls',
  'voicemail_action',
  'disclosure',
  'recording_notice',
  'is_test',
] as const satisfies readonly (keyof CampaignRow)[];

/** A campaign as the API shows it: without what the engine notes for itself. */
export type CampaignRow = Omit<
  Campaign,
  'wake_at' | 'breaker_attempts' | 'breaker_faults' | 'slot_seconds' | 'talk_seconds' | 'total_cost'
>;

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
