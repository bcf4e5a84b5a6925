import { numberKey } from '#rules/phone-number/number-key.js';
import { columnsOf } from '../../entities/columns.js';
import { Lead, LEAD_ENGINE_COLUMNS, type LeadRow } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';

const STORED = columnsOf(Lead, [...LEAD_ENGINE_COLUMNS, 'next_attempt_at', 'block_code']);

/** Columns of a `LeadRow`, selected from `LEADS`. */
export const LEAD_COLUMNS = `${STORED.join(', ')},
  CASE WHEN status = 'pending' THEN nullif(greatest(next_attempt_at, shut.until), 'infinity') END AS next_attempt_at,
  coalesce(block_code, shut.code) AS block_code`;

/**
 * Leads joined with the reason for which their area is closed. That reason comes from the campaign's hours and is not
 * stored with the lead.
 */
export const LEADS = `
  leads LEFT JOIN LATERAL (
    SELECT h.opens_at AS until, CASE WHEN p.number_kind <> 'ordinary'
      AND NOT (SELECT allowed_number_kinds FROM installation) ? p.number_kind
        THEN 'number_kind' WHEN h.opens_at < 'infinity' THEN 'outside_window'
      WHEN p.zones = '[]' THEN 'zone_unknown' ELSE 'never_open' END AS code
    FROM campaign_hours h JOIN areas p ON p.id = h.area_id
    WHERE h.campaign_id = leads.campaign_id AND h.area_id = leads.area_id AND h.opens_at > now()
      AND leads.status = 'pending') shut ON true`;

interface OwnedLead {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly leadId: string;
}

/** Finds a lead that has not been removed. */
export async function findLead(sql: Sql, { tenantId, campaignId, leadId }: OwnedLead): Promise<LeadRow | undefined> {
  const [lead] = await sql.run<LeadRow>(FIND, [tenantId, campaignId, leadId]);
  return lead;
}

const FIND = {
  name: 'find-lead',
  text: `SELECT ${LEAD_COLUMNS} FROM ${LEADS} WHERE tenant_id = $1 AND campaign_id = $2 AND id = $3
    AND status <> 'removed'`,
};

/**
 * Finds contacts of a locked campaign by the keys of their numbers.
 * @returns ids by key.
 */
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
 * Removes a lead. A queued dialer job of it is canceled; a live call goes on. It runs under the campaign's lock, so
 * that no job of the lead is committed meanwhile.
 * @returns true if there was such a lead.
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
