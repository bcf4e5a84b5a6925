import type { Sql } from '../../connection/sql.js';
import { ARE_CALLER_IDS_OFF } from '../engine/eligibility/caller-id-pool.js';
import type { RouteKey } from '../engine/place/route-key.js';

/**
 * Maps dialer jobs to the routes that they were placed over. A job without a call has the route of its campaign. Jobs
 * that do not exist are missing.
 */
export async function routesOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<Map<string, RouteKey>> {
  const rows = await sql.run<RouteKey & { id: string }>(OF_JOBS, [dialerJobIds]);
  return new Map(rows.map(({ id, ...key }) => [id, key]));
}

const OF_JOBS = {
  name: 'routes-of-jobs',
  text: `
    SELECT j.id, CASE WHEN c.id IS NOT NULL THEN c.telephony_account_id ELSE k.telephony_account_id END
      AS telephony_account_id, k.is_test
    FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id LEFT JOIN calls c ON c.dialer_job_id = j.id
    WHERE j.id = ANY($1::uuid[])`,
};

/** The route of a campaign, with the settings of the campaign and of the telephony account that it names. */
export interface CampaignRoute extends RouteKey {
  readonly is_account_gone: boolean;
  /** The number that the campaign names, or else the active numbers of the account. */
  readonly numbers: readonly string[];
  readonly first_message: string | null;
  /** True: the campaign has caller ids, and none of them is active. */
  readonly are_numbers_off: boolean;
}

export async function campaignRoute(sql: Sql, campaignId: string): Promise<CampaignRoute | undefined> {
  const [row] = await sql.run<CampaignRoute>(ROUTE, [campaignId]);
  return row;
}

const ROUTE = {
  name: 'campaign-route',
  text: `
    SELECT k.telephony_account_id, k.is_test, k.first_message, a.deleted_at IS NOT NULL AS is_account_gone,
      CASE WHEN k.from_number IS NOT NULL THEN ARRAY[k.from_number] ELSE ARRAY(SELECT n.phone_number FROM caller_ids n
        WHERE n.tenant_id = k.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM k.telephony_account_id
          AND n.is_active AND NOT k.is_test) END::text[] AS numbers,
      coalesce(${ARE_CALLER_IDS_OFF}, false) AS are_numbers_off
    FROM campaigns k LEFT JOIN telephony_accounts a ON a.id = k.telephony_account_id WHERE k.id = $1`,
};
