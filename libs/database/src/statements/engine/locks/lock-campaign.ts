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
 * Locks a campaign until the end of the transaction.
 *
 * The order of locks, for every transaction with more than one, so that no two wait for each other:
 *
 * 1. numbers (`lockNumbers`),
 * 2. kill switches: the installation, then tenants by id, with their budgets,
 * 3. campaigns by id: FOR NO KEY UPDATE; FOR KEY SHARE to place calls, which only FOR UPDATE waits for,
 * 4. caller ids by id,
 * 5. dialer jobs by id,
 * 6. their calls.
 *
 * Leads and tallies change only under the lock of their campaign. A change of the status needs FOR UPDATE. With
 * `beforePlacing` the campaign is locked so from the start. It is needed where another lock comes before the change. A
 * placement with the campaign's key share may wait for that lock.
 * @returns undefined if there is no such campaign, or none of this tenant.
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
    SELECT c.id, c.tenant_id, c.status, c.max_concurrent_calls,
      coalesce(c.default_country, t.default_country) AS default_country,
      coalesce(c.start_at > now(), false) AS starts_later, coalesce(c.end_at <= now(), false) AS is_past_end
    FROM campaigns c JOIN tenants t ON t.id = c.tenant_id
    WHERE c.id = $1 AND ($2::text IS NULL OR c.tenant_id = $2)`;

const LOCK = { name: 'lock-campaign', text: `${CAMPAIGN} FOR NO KEY UPDATE OF c` };
const LOCK_BEFORE_PLACING = { name: 'lock-campaign-before-placing', text: `${CAMPAIGN} FOR UPDATE OF c` };
