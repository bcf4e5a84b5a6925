import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** A call that a provider has and the restored database lacks. */
export interface FoundCall {
  readonly phone_number: string;
  readonly from_number: string | null;
  readonly provider: string;
  readonly provider_call_id: string;
  readonly dialer_job_id: string | null;
  readonly telephony_account_id: string | null;
  readonly created_at: Date;
}

/** A lead that a found call may have reached. */
export interface LeadOfFoundCall {
  readonly lead_id: string;
  readonly tenant_id: string;
  readonly campaign_id: string;
}

/**
 * True if the database has the call: by the provider's id or by the dialer job's id. A recent attempt to the number
 * without an id counts too: the sweeper looks that one up.
 */
export async function isKnownCall(sql: Sql, call: FoundCall): Promise<boolean> {
  const { provider, provider_call_id, dialer_job_id, phone_number, created_at } = call;
  const rows = await sql.run(IS_KNOWN, [
    provider,
    provider_call_id,
    dialer_job_id,
    numberKey(phone_number),
    created_at,
  ]);
  return rows.length > 0;
}

/** Longest time from the commit of an attempt to the provider's record of it, by the provider's clock. */
const UNSEEN_SECONDS = 60;

const IS_KNOWN = {
  name: 'is-known-call',
  text: `
    SELECT FROM calls WHERE provider = $1 AND provider_call_id = $2
    UNION ALL SELECT FROM calls WHERE dialer_job_id = $3::uuid
    UNION ALL SELECT FROM leads l JOIN calls c ON c.lead_id = l.id
      WHERE l.number_key = $4 AND c.provider = $1 AND c.provider_call_id IS NULL
        AND c.started_at BETWEEN $5::timestamptz - interval '${UNSEEN_SECONDS} seconds'
          AND $5::timestamptz + interval '5 seconds'
    LIMIT 1`,
};

/**
 * Lists the leads that wait for a call over this route to the number, the likeliest first. The lead of the job comes
 * first, then leads of campaigns that dial.
 */
export function leadsOfFoundCall(sql: Sql, call: FoundCall): Promise<LeadOfFoundCall[]> {
  return sql.run(LEADS, [numberKey(call.phone_number), call.telephony_account_id, call.dialer_job_id]);
}

/** Statuses of a campaign that dials, or has dialed and may go on. */
const DIALING = ['running', 'paused'] as const satisfies readonly CampaignStatus[];

const LEADS = {
  name: 'leads-of-found-call',
  text: `
    SELECT l.id AS lead_id, l.tenant_id, l.campaign_id FROM leads l JOIN campaigns k ON k.id = l.campaign_id
    WHERE l.number_key = $1 AND k.telephony_account_id IS NOT DISTINCT FROM $2::uuid AND l.status = 'pending'
      AND k.status <> 'draft' AND NOT k.is_test
    ORDER BY EXISTS (SELECT FROM dialer_jobs j WHERE j.id = $3::uuid AND j.lead_id = l.id) DESC,
      k.status IN (${sqlList(DIALING)}) DESC, l.next_attempt_at, l.id`,
};

/**
 * Adopts a found call as an attempt of a waiting lead. It runs with the number and the campaign locked.
 *
 * 1. Take the lead out of the queue of waiting ones, unless the number is in a call.
 * 2. Insert an active dialer job, with the id that the provider returned where that is free.
 * 3. Insert the call as if the provider had just accepted it. Later reports are recorded as usual.
 * @returns the dialer job's id; null if the lead waits no more or its number is in a call.
 */
export async function adoptFoundCall(sql: Sql, leadId: string, call: FoundCall): Promise<string | null> {
  const [row] = await sql.run<{ dialer_job_id: string }>(ADOPT, [
    leadId,
    call.dialer_job_id,
    call.provider,
    call.provider_call_id,
    call.from_number,
    call.telephony_account_id,
    call.created_at,
  ]);
  return row?.dialer_job_id ?? null;
}

const ADOPT = {
  name: 'adopt-found-call',
  text: `
    WITH lead AS (
      UPDATE leads l SET status = 'in_progress', block_code = NULL, call_attempts = call_attempts + 1,
        last_called_at = greatest(last_called_at, $7::timestamptz)
      WHERE l.id = $1 AND l.status = 'pending'
        AND NOT EXISTS (SELECT FROM calls c WHERE c.tenant_id = l.tenant_id AND c.number_key = l.number_key
          AND NOT c.is_test AND c.status IN (${sqlList(LIVE_CALL_STATUSES)}))
      RETURNING *
    ), job AS (
      INSERT INTO dialer_jobs (id, tenant_id, campaign_id, lead_id, phone_number, status, reason, publishes,
        created_at, dialing_at, deadline_at,
        check_at)
      SELECT CASE WHEN $2::uuid IS NULL OR EXISTS (SELECT FROM dialer_jobs WHERE id = $2::uuid) THEN gen_random_uuid()
        ELSE $2::uuid END,
        lead.tenant_id, lead.campaign_id, lead.id, lead.phone_number, 'active', 'found_after_restore', 1,
          $7::timestamptz, $7::timestamptz,
        $7::timestamptz + (k.ring_timeout_seconds + k.max_call_seconds + 120) * interval '1 second',
          now() + interval '30 seconds'
      FROM lead JOIN campaigns k ON k.id = lead.campaign_id RETURNING *
    )
    INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, provider,
      provider_call_id, started_at,
      telephony_account_id, from_number)
    SELECT job.tenant_id, job.campaign_id, job.lead_id, job.id, lead.call_attempts, job.phone_number, lead.number_key,
      $3, $4, $7::timestamptz, $6::uuid, $5
    FROM job JOIN lead ON lead.id = job.lead_id RETURNING dialer_job_id`,
};

/** Block code of leads whose number may have been called after the backup. */
export const SUPPRESSED_AFTER_RESTORE = 'held_after_restore';

/**
 * Postpones leads until this time at least.
 * @returns how many.
 */
export async function suppressLeads(sql: Sql, leadIds: readonly string[], until: Date): Promise<number> {
  return (await sql.run(SUPPRESS, [leadIds, until, SUPPRESSED_AFTER_RESTORE])).length;
}

const SUPPRESS = {
  name: 'suppress-leads-after-restore',
  text: `
    UPDATE leads SET next_attempt_at = $2::timestamptz, block_code = $3::varchar
    WHERE id = ANY($1::uuid[]) AND status = 'pending' AND next_attempt_at < $2::timestamptz RETURNING id`,
};

/** Lists some leads of a route that wait and are due before `until`. */
export async function leadsToSuppress(
  sql: Sql,
  { accountId, until, limit }: { accountId: string | null; until: Date; limit: number },
): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(TO_SUPPRESS, [accountId, until, limit]);
  return rows.map(({ id }) => id);
}

const TO_SUPPRESS = {
  name: 'leads-to-suppress-after-restore',
  text: `
    SELECT l.id FROM campaigns k JOIN leads l ON l.campaign_id = k.id
    WHERE k.telephony_account_id IS NOT DISTINCT FROM $1::uuid AND NOT k.is_test AND l.status = 'pending'
      AND l.next_attempt_at < $2::timestamptz
    ORDER BY l.campaign_id, l.id LIMIT $3`,
};

export async function countLeadsToSuppress(sql: Sql, accountId: string | null, until: Date): Promise<number> {
  const [row] = await sql.run<{ n: number }>(COUNT_TO_SUPPRESS, [accountId, until]);
  return row?.n ?? 0;
}

const COUNT_TO_SUPPRESS = {
  name: 'count-leads-to-suppress-after-restore',
  text: `
    SELECT count(*)::int AS n FROM campaigns k JOIN leads l ON l.campaign_id = k.id
    WHERE k.telephony_account_id IS NOT DISTINCT FROM $1::uuid AND NOT k.is_test AND l.status = 'pending'
      AND l.next_attempt_at < $2::timestamptz`,
};

/**
 * Lists the telephony accounts that campaigns call over. Null is the installation's own route, which is always listed.
 */
export async function routesInUse(sql: Sql): Promise<(string | null)[]> {
  const rows = await sql.run<{ id: string | null }>(ROUTES);
  return rows.map(({ id }) => id);
}

const ROUTES = {
  name: 'routes-in-use',
  text: `
    SELECT NULL::uuid AS id UNION SELECT telephony_account_id FROM campaigns WHERE telephony_account_id IS NOT NULL
      ORDER BY id NULLS FIRST`,
};
