import type { Tenant } from '../entities/tenant.entity.js';
import type { Sql } from '../sql.js';

/** What of a tenant can be changed; what is left out stays. */
export type TenantEdits = Partial<
  Pick<
    Tenant,
    | 'business_name'
    | 'default_country'
    | 'min_gap_seconds'
    | 'cap_attempts'
    | 'cap_days'
    | 'recordings_days'
    | 'transcripts_days'
  >
>;

const EDITABLE = `business_name, default_country, min_gap_seconds, cap_attempts, cap_days, recordings_days, transcripts_days`;

export async function editTenant(sql: Sql, tenantId: string, edits: TenantEdits): Promise<void> {
  await sql.run(EDIT, [tenantId, JSON.stringify(edits)]);
}

const EDIT = {
  name: 'edit-tenant',
  text: `
    UPDATE tenants t SET (${EDITABLE}) = (SELECT ${EDITABLE} FROM jsonb_populate_record(t, $2::jsonb)) WHERE t.id = $1`,
};
