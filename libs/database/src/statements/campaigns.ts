import type { Campaign } from '../entities/campaign.entity.js';
import type { Sql } from '../sql.js';

const COLUMNS = `id, tenant_id, name, description, status, status_reason, system_prompt, voice_id, first_message, max_concurrent_calls,
  retry_failed, max_retries, ring_timeout_seconds, max_call_seconds, default_country, created_at, started_at, completed_at,
  total_leads, calls_completed, calls_failed, updated_at`;

export async function findCampaign(
  sql: Sql,
  { tenantId, campaignId }: { tenantId: string; campaignId: string },
): Promise<Campaign | undefined> {
  const [campaign] = await sql.run<Campaign>(FIND, [tenantId, campaignId]);
  return campaign;
}

const FIND = { name: 'find-campaign', text: `SELECT ${COLUMNS} FROM campaigns WHERE tenant_id = $1 AND id = $2` };
