import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { Sql } from '../../../connection/sql.js';

export interface LockedCampaign {
  readonly id: string;
  readonly tenant_id: string;
  readonly status: CampaignStatus;
  readonly max_concurrent_calls: number;
  readonly default_country: string | null;
  readonly starts_later: boolean;
  readonly is_past_end: boolean;
}

/**
 * Locks a campaign until the end of the transaction; undefined when there is none, or none of this tenant.
 *
 * The order of locks, for every transaction that takes more than one, so that no two can wait for each other in a
 * circle: numbers (`lockNumbers`), the kill switches (installation, then tenants by id, with their budgets), campaigns
 * by id (FOR NO KEY UPDATE; FOR KEY SHARE to place calls, which only a change of the status, FOR UPDATE, waits for),
 * caller ids by id, then dialer jobs by id, then their calls. Leads and tallies are only changed under the lock of
 * their campaign. Whoever will change a status and takes any lock in between that comes after campaigns says so at once
 * (`beforePlacing`): a placement that has the campaign already may wait for just that lock.
 */
export async function lockCampaign(
  sql: Sql,
  { campaignId, tenantId, beforePlacing = false }: { campaignId: string; tenantId?: string; beforePlacing?: boolean },
): Promise<LockedCampaign | undefined> {
  const [campaign] = await sql.run<LockedCampaign>(beforePlacing ? LOCK_BEFORE_PLACING : LOCK, [
    campaignId,
    tenantId ?? null,
  ]);
  return campaign;
}

const CAMPAIGN = `
    SELECT c.id, c.tenant_id, c.status, c.max_concurrent_calls, coalesce(c.default_country, t.default_country) AS default_country,
      coalesce(c.start_at > now(), false) AS starts_later, coalesce(c.end_at <= now(), false) AS is_past_end
    FROM campaigns c JOIN tenants t ON t.id = c.tenant_id
    WHERE c.id = $1 AND ($2::text IS NULL OR c.tenant_id = $2)`;

const LOCK = { name: 'lock-campaign', text: `${CAMPAIGN} FOR NO KEY UPDATE OF c` };
const LOCK_BEFORE_PLACING = { name: 'lock-campaign-before-placing', text: `${CAMPAIGN} FOR UPDATE OF c` };
