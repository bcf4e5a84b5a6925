import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { LeadStatus } from '#rules/lead/lead-status.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import type { LeadTerms } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** A contact to add; its number is in E.164. */
export interface NewLead extends Readonly<LeadTerms> {
  readonly area_id: number;
  /**
   * Keyed hashes of tenant and number, hexadecimal, one for each way to write the number. An erased person is not added
   * again.
   */
  readonly person_hashes: readonly string[];
}

export interface AddedLead {
  /** Null: the person was erased and is not added. */
  readonly id: string | null;
  readonly phone_number: string;
  readonly is_revived: boolean;
  /** True: the person asked not to be called, or the number is on the do-not-call list without an end. */
  readonly is_suppressed: boolean;
}

/**
 * Adds leads to a campaign that the caller has locked.
 *
 * 1. Leave out persons who were erased.
 * 2. Insert new numbers. Each lead is a microsecond younger than the one before, so that lists and exports keep the
 *    given order.
 * 3. Skip a number that the campaign has, in whatever writing. It is missing from the answer, so no number may stand
 *    twice in `leads`.
 * 4. Revive a removed number in place, with its new data.
 *
 * A revived lead continues as if it had never been removed:
 *
 * - With a live call it is `in_progress`, so that the call's settlement decides.
 * - Completed, exhausted and invalid leads stay so, as do expired ones that were called. A redial makes them pending.
 * - It is due no earlier than before (`next_attempt_at`), and not before its retry or callback (`retry_at`).
 * - The do-not-call list is read again. Another block stays until its gate is asked.
 *
 * The unique index on number key and campaign decides, so two callers that add one number make one lead.
 */
export function addLeads(
  sql: Sql,
  { campaignId, tenantId, leads }: { campaignId: string; tenantId: string; leads: readonly NewLead[] },
): Promise<AddedLead[]> {
  const keyed = leads.map((lead) => ({ ...lead, number_key: numberKey(lead.phone_number) }));
  return sql.run<AddedLead>(ADD, [campaignId, tenantId, JSON.stringify(keyed)]);
}

/** Statuses with which a lead is called again only after a redial. */
const OVER = ['completed', 'exhausted', 'invalid'] as const satisfies readonly LeadStatus[];

/** True for a removed lead that is called again only after a redial. */
const IS_OVER = `(l.removed_status IN (${sqlList(OVER)}) OR l.removed_status = 'expired'
  AND l.call_attempts > l.earlier_attempts)`;

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
        number_key, first_name, last_name, email, custom_fields, timezone, area_id, person_hashes, nth)
    ), added AS (
    INSERT INTO leads AS l (campaign_id, tenant_id, phone_number, number_key, first_name, last_name, email,
      custom_fields, timezone, area_id,
      status, block_code, next_attempt_at, created_at)
    SELECT $1, $2, n.phone_number, n.number_key, n.first_name, n.last_name, n.email, n.custom_fields, n.timezone,
      n.area_id,
      CASE WHEN d.phone_number IS NOT NULL AND d.expires_at IS NULL THEN 'suppressed' ELSE 'pending' END,
      CASE WHEN d.phone_number IS NOT NULL THEN 'dnc' END,
      coalesce(d.expires_at, now()), now() + n.nth * interval '1 microsecond'
    FROM offered n
    LEFT JOIN dnc_entries d ON d.tenant_id = $2 AND d.number_key = n.number_key AND (d.expires_at IS NULL
      OR d.expires_at > now()) AND d.is_test = (SELECT k.is_test FROM campaigns k WHERE k.id = $1)
    WHERE NOT n.is_erased
    ON CONFLICT (number_key, campaign_id) DO UPDATE SET
      status = CASE
        WHEN EXISTS (SELECT FROM dialer_jobs j
          WHERE j.lead_id = l.id AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)}))
          THEN 'in_progress'
        WHEN l.outcome = 'opt_out' THEN 'suppressed'
        WHEN ${IS_OVER} THEN l.removed_status
        ELSE EXCLUDED.status END,
      block_code = CASE WHEN ${IS_OVER} THEN NULL WHEN EXCLUDED.block_code IS NOT NULL THEN EXCLUDED.block_code
        WHEN l.block_code <> 'dnc' THEN l.block_code END,
      next_attempt_at = CASE WHEN EXCLUDED.block_code IS NOT NULL OR l.block_code = 'dnc'
        THEN greatest(EXCLUDED.next_attempt_at, l.retry_at)
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
