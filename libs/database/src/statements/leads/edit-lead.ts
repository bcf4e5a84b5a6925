import { columnsOf } from '../../entities/columns.js';
import { Lead, LEAD_ENGINE_COLUMNS, LEAD_FIXED_COLUMNS, type LeadTerms } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';

/** Columns of a lead that an edit changes; a missing one keeps its value. The area follows the time zone. */
export type LeadEdits = Partial<Omit<LeadTerms, 'phone_number'> & Pick<Lead, 'area_id'>>;

const TERMS = columnsOf(Lead, [...LEAD_ENGINE_COLUMNS, ...LEAD_FIXED_COLUMNS, 'phone_number']);
const EDITABLE = [...TERMS, 'area_id'].join(', ');

/** Changes a lead of a locked campaign, and wakes the campaign: the person may have moved to another time zone. */
export async function editLead(sql: Sql, { leadId, edits }: { leadId: string; edits: LeadEdits }): Promise<void> {
  await sql.run(EDIT, [leadId, JSON.stringify(edits)]);
}

const EDIT = {
  name: 'edit-lead',
  text: `
    WITH edited AS (
      UPDATE leads l SET (${EDITABLE}) = (SELECT ${EDITABLE} FROM jsonb_populate_record(l, $2::jsonb)) WHERE l.id = $1
      RETURNING l.campaign_id
    )
    UPDATE campaigns k SET wake_at = now() FROM edited WHERE k.id = edited.campaign_id AND k.status = 'running'`,
};

/** Values of a lead that an edit is checked against. */
export interface EditableLead {
  readonly phone_number: string;
  readonly custom_fields: Readonly<Record<string, unknown>>;
  readonly is_erased: boolean;
}

/**
 * Finds a lead to edit. Under its campaign's lock no other transaction changes it.
 * @returns undefined if the campaign has no such contact.
 */
export async function findEditableLead(
  sql: Sql,
  { tenantId, campaignId, leadId }: { tenantId: string; campaignId: string; leadId: string },
): Promise<EditableLead | undefined> {
  const [row] = await sql.run<EditableLead>(FIND, [tenantId, campaignId, leadId]);
  return row;
}

const FIND = {
  name: 'find-editable-lead',
  text: `
    SELECT phone_number, coalesce(custom_fields, '{}') AS custom_fields, erased_at IS NOT NULL AS is_erased FROM leads
    WHERE tenant_id = $1 AND campaign_id = $2 AND id = $3 AND status <> 'removed'`,
};
