import type { Sql } from '../../connection/sql.js';
import { ARE_CALLER_IDS_OFF } from '../engine/eligibility/caller-id-pool.js';
import type { LineKey } from '../engine/place/route-key.js';

/**
 * Over which line each of these dialer jobs was placed; where it has no call, that of its campaign. A job that does not
 * exist is missing.
 */
export async function linesOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<Map<string, LineKey>> {
  const rows = await sql.run<LineKey & { id: string }>(OF_JOBS, [dialerJobIds]);
  return new Map(rows.map(({ id, ...key }) => [id, key]));
}

const OF_JOBS = {
  name: 'lines-of-jobs',
  text: `
    SELECT j.id, CASE WHEN c.id IS NOT NULL THEN c.telephony_account_id ELSE k.telephony_account_id END
      AS telephony_account_id, k.is_test
    FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id LEFT JOIN calls c ON c.dialer_job_id = j.id
    WHERE j.id = ANY($1::uuid[])`,
};

/** What a campaign brings with it for its line: that of the account that it names, if it names one. */
export interface CampaignLine extends LineKey {
  readonly is_account_gone: boolean;
  /** That it names, or else those that are active in the account. */
  readonly numbers: readonly string[];
  readonly first_message: string | null;
  /** There are some that it may call from, and none of them is active. */
  readonly are_numbers_off: boolean;
}

export async function campaignLine(sql: Sql, campaignId: string): Promise<CampaignLine | undefined> {
  const [row] = await sql.run<CampaignLine>(LINE, [campaignId]);
  return row;
}

const LINE = {
  name: 'campaign-line',
  text: `
    SELECT k.telephony_account_id, k.is_test, k.first_message, a.deleted_at IS NOT NULL AS is_account_gone,
      CASE WHEN k.from_number IS NOT NULL THEN ARRAY[k.from_number] ELSE ARRAY(SELECT n.phone_number FROM caller_ids n
        WHERE n.tenant_id = k.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM k.telephony_account_id
          AND n.is_active AND NOT k.is_test) END::text[] AS numbers,
      coalesce(${ARE_CALLER_IDS_OFF}, false) AS are_numbers_off
    FROM campaigns k LEFT JOIN telephony_accounts a ON a.id = k.telephony_account_id WHERE k.id = $1`,
};
