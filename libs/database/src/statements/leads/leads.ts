import { numberKey } from '#rules/phone-number/number-key.js';
import type { Lead } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';

export const LEAD_COLUMNS = `id, tenant_id, campaign_id, phone_number, first_name, last_name, email, custom_fields, created_at, last_called_at,
  call_attempts, status, outcome, updated_at, timezone,
  CASE WHEN status = 'pending' THEN nullif(greatest(next_attempt_at, shut.until), 'infinity') END AS next_attempt_at,
  coalesce(block_code, shut.code) AS block_code`;

/** Where a lead's place is closed nothing is noted with it: its campaign's hours say so. */
export const LEADS = `
  leads LEFT JOIN LATERAL (
    SELECT h.opens_at AS until, CASE WHEN p.number_kind <> 'ordinary' AND NOT (SELECT allowed_number_kinds FROM installation) ? p.number_kind
        THEN 'number_kind' WHEN h.opens_at < 'infinity' THEN 'outside_window'
      WHEN p.zones = '[]' THEN 'zone_unknown' ELSE 'never_open' END AS code
    FROM campaign_hours h JOIN places p ON p.id = h.place_id
    WHERE h.campaign_id = leads.campaign_id AND h.place_id = leads.place_id AND h.opens_at > now()
      AND leads.status = 'pending') shut ON true`;

/** A lead as the API shows it: `next_attempt_at` only while there will be one. */
export type LeadRow = Omit<
  Lead,
  | 'next_attempt_at'
  | 'number_key'
  | 'merged_contacts'
  | 'place_id'
  | 'earlier_attempts'
  | 'erased_at'
  | 'retry_at'
  | 'removed_status'
> & {
  readonly next_attempt_at: Date | null;
};

interface OwnedLead {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly leadId: string;
}

/** A lead that has not been removed. */
export async function findLead(sql: Sql, { tenantId, campaignId, leadId }: OwnedLead): Promise<LeadRow | undefined> {
  const [lead] = await sql.run<LeadRow>(FIND, [tenantId, campaignId, leadId]);
  return lead;
}

const FIND = {
  name: 'find-lead',
  text: `SELECT ${LEAD_COLUMNS} FROM ${LEADS} WHERE tenant_id = $1 AND campaign_id = $2 AND id = $3 AND status <> 'removed'`,
};

/** Finds contacts of a campaign, which the caller has locked, by the keys of their numbers. @returns ids by key. */
export async function contactsWithNumbers(
  sql: Sql,
  { tenantId, campaignId }: Omit<OwnedLead, 'leadId'>,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (numbers.length === 0) return new Map();
  const found = await sql.run<{ number_key: string; id: string }>(WITH_NUMBERS, [
    tenantId,
    campaignId,
    numbers.map(numberKey),
  ]);
  return new Map(found.map(({ number_key, id }) => [number_key, id]));
}

const WITH_NUMBERS = {
  name: 'contacts-with-numbers',
  text: `
    SELECT number_key, id FROM leads
    WHERE number_key = ANY($3::text[]) AND campaign_id = $2 AND tenant_id = $1 AND status <> 'removed'`,
};

/**
 * Removes a lead, also from what is claimed already: a queued dialer job is canceled, a call that is on the line goes
 * on. Run under the campaign's lock, so that no job of the lead is being committed at this moment.
 * @returns whether there was such a lead.
 */
export async function removeLead(sql: Sql, { tenantId, campaignId, leadId }: OwnedLead): Promise<boolean> {
  const rows = await sql.run(REMOVE, [tenantId, campaignId, leadId]);
  return rows.length > 0;
}

const REMOVE = {
  name: 'remove-lead',
  text: `
    WITH removed AS (
      UPDATE leads SET status = 'removed'
      WHERE tenant_id = $1 AND campaign_id = $2 AND id = $3 AND status <> 'removed' RETURNING id
    ), withdrawn AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = 'contact_removed', check_at = NULL, finished_at = now()
      FROM removed WHERE j.lead_id = removed.id AND j.status = 'queued'
    )
    SELECT id FROM removed`,
};
