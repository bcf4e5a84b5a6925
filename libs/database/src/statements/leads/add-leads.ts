import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import type { LeadTerms } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** A contact to add, its number in E.164. */
export interface NewLead extends Readonly<LeadTerms> {
  readonly area_id: number;
  /**
   * Keyed hashes of tenant and number, hexadecimal, one for each writing: a person who was erased is not added again.
   */
  readonly person_hashes: readonly string[];
}

export interface AddedLead {
  /** Null: the person was erased and is not added. */
  readonly id: string | null;
  readonly phone_number: string;
  readonly is_revived: boolean;
  /** The person has asked not to be called, or the number is on the do-not-call list for good. */
  readonly is_suppressed: boolean;
}

/**
 * Adds leads to a campaign that the caller has locked. A number that is there, in whatever writing, is left alone and
 * missing from the answer; no number may stand twice in `leads`. A number that was removed is revived in place with its
 * new data, and goes on as if it had never been removed:
 *
 * 1. with a call that is still live it is `in_progress` again, so that the call's settlement decides;
 * 2. reached, exhausted and invalid leads stay so, as do expired ones that were called: a redial is what puts them up
 *    again;
 * 3. it is due no earlier than it was (`next_attempt_at`), nor than its retry or call-back (`retry_at`);
 * 4. the do-not-call list is asked anew; other blocks stay until their gate is asked.
 *
 * New leads are listed and exported in the order in which they are given: each is a microsecond younger than the one
 * before.
 *
 * The unique index on (number key, campaign) decides, so two callers that add one number at once make one lead.
 */
export function addLeads(
  sql: Sql,
  { campaignId, tenantId, leads }: { campaignId: string; tenantId: string; leads: readonly NewLead[] },
): Promise<AddedLead[]> {
  const keyed = leads.map((lead) => ({ ...lead, number_key: numberKey(lead.phone_number) }));
  return sql.run<AddedLead>(ADD, [campaignId, tenantId, JSON.stringify(keyed)]);
}

/** A removed lead that is not called again without a redial. */
const IS_OVER = `(l.removed_status IN ('completed', 'exhausted', 'invalid') OR l.removed_status = 'expired' AND l.call_attempts > l.earlier_attempts)`;

const ADD = {
  name: 'add-leads',
  text: `
    WITH offered AS (
      SELECT n.*, EXISTS (
        SELECT FROM unnest(n.person_hashes) AS h CROSS JOIN LATERAL (
          SELECT FROM erased_people e
          WHERE e.tenant_id = $2 AND e.person_hash = decode(h, 'hex') LIMIT 1) e) AS is_erased
      FROM ROWS FROM (jsonb_to_recordset($3::jsonb) AS (phone_number text, number_key text, first_name text,
        last_name text,
        email text, custom_fields jsonb, timezone text, area_id integer, person_hashes text[]))
          WITH ORDINALITY AS n (phone_number,
        number_key, first_name, last_name, email, custom_fields, timezone, area_id, person_hashes, place)
    ), added AS (
    INSERT INTO leads AS l (campaign_id, tenant_id, phone_number, number_key, first_name, last_name, email,
      custom_fields, timezone, area_id,
      status, block_code, next_attempt_at, created_at)
    SELECT $1, $2, n.phone_number, n.number_key, n.first_name, n.last_name, n.email, n.custom_fields, n.timezone,
      n.area_id,
      CASE WHEN d.phone_number IS NOT NULL AND d.expires_at IS NULL THEN 'suppressed' ELSE 'pending' END,
      CASE WHEN d.phone_number IS NOT NULL THEN 'dnc' END,
      coalesce(d.expires_at, now()), now() + n.place * interval '1 microsecond'
    FROM offered n
    LEFT JOIN dnc_entries d ON d.tenant_id = $2 AND d.number_key = n.number_key AND (d.expires_at IS NULL
      OR d.expires_at > now()) AND d.is_test = (SELECT k.is_test FROM campaigns k WHERE k.id = $1)
    WHERE NOT n.is_erased
    ON CONFLICT (number_key, campaign_id) DO UPDATE SET
      status = CASE
        WHEN EXISTS (SELECT FROM dialer_jobs j WHERE j.lead_id = l.id AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)}))
          THEN 'in_progress'
        WHEN l.outcome = 'opt_out' THEN 'suppressed'
        WHEN ${IS_OVER} THEN l.removed_status
        ELSE EXCLUDED.status END,
      block_code = CASE WHEN ${IS_OVER} THEN NULL WHEN EXCLUDED.block_code IS NOT NULL THEN EXCLUDED.block_code
        WHEN l.block_code <> 'dnc' THEN l.block_code END,
      next_attempt_at = CASE WHEN EXCLUDED.block_code IS NOT NULL OR l.block_code = 'dnc' THEN greatest(EXCLUDED.next_attempt_at, l.retry_at)
        ELSE greatest(l.next_attempt_at, l.retry_at) END,
      phone_number = EXCLUDED.phone_number, first_name = EXCLUDED.first_name, last_name = EXCLUDED.last_name,
        email = EXCLUDED.email, custom_fields = EXCLUDED.custom_fields,
      timezone = EXCLUDED.timezone, area_id = EXCLUDED.area_id
    WHERE l.status = 'removed'
    RETURNING id, phone_number, xmax <> 0 AS is_revived, status = 'suppressed' AS is_suppressed
    )
    SELECT * FROM added
    UNION ALL SELECT NULL, phone_number, false, true FROM offered WHERE is_erased`,
};
