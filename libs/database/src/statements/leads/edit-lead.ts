import type { Sql } from '../../connection/sql.js';

/** What of a lead can be changed; what is left out stays. */
export interface LeadEdits {
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly email?: string | null;
  readonly custom_fields?: Record<string, unknown>;
  readonly timezone?: string | null;
  /** Goes with the time zone. */
  readonly place_id?: number;
}

const EDITABLE = `first_name, last_name, email, custom_fields, timezone, place_id`;

/**
 * Changes a lead of a campaign that the caller has locked; the campaign is looked at again, since the person may be
 * somewhere else now.
 */
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

/** What a change of a lead goes by. */
export interface EditableLead {
  readonly phone_number: string;
  readonly custom_fields: Readonly<Record<string, unknown>>;
  readonly is_erased: boolean;
}

/**
 * Finds a lead that is to be changed: under the lock of its campaign nobody else changes it meanwhile.
 * @returns undefined when the campaign has no such contact.
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
