import { writingsOf } from '#rules/phone-number/number-key.js';
import type { CallRow } from '../../entities/call.entity.js';
import type { MergedContact } from '../../entities/lead.entity.js';
import type { ConsentRow } from '../../entities/consent.entity.js';
import type { DncRow } from '../../entities/dnc-entry.entity.js';
import { CONSENT_COLUMNS } from './consents.js';
import { DNC_COLUMNS } from './dnc.js';
import type { Sql } from '../../connection/sql.js';

/** A contact as it stands in one campaign, also one that was removed. */
export interface ExportedContact {
  readonly id: string;
  readonly campaign_id: string;
  readonly campaign_name: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly timezone: string | null;
  readonly custom_fields: Record<string, unknown>;
  readonly status: string;
  readonly outcome: string | null;
  readonly call_attempts: number;
  readonly created_at: Date;
  readonly last_called_at: Date | null;
  readonly merged_contacts: readonly MergedContact[] | null;
}

export type ExportedCall = Pick<
  CallRow,
  | 'id'
  | 'campaign_id'
  | 'status'
  | 'outcome'
  | 'started_at'
  | 'answered_at'
  | 'ended_at'
  | 'duration_seconds'
  | 'recording_url'
  | 'transcript'
  | 'summary'
> & { readonly messages: readonly unknown[] | null };

export interface PersonRecords {
  readonly contacts: ExportedContact[];
  readonly calls: ExportedCall[];
  readonly consents: ConsentRow[];
  readonly dnc_entry: DncRow | null;
}

/**
 * Returns all rows that one tenant stores about a number in any writing, oldest first. The caller has locked the
 * number, so that it is not erased meanwhile.
 */
export async function exportPerson(sql: Sql, tenantId: string, phoneNumber: string): Promise<PersonRecords> {
  const values = [tenantId, writingsOf(phoneNumber)];
  const [entry] = await sql.run<DncRow>(DNC_ENTRY, values);
  return {
    contacts: await sql.run<ExportedContact>(CONTACTS, values),
    calls: await sql.run<ExportedCall>(CALLS, values),
    consents: await sql.run<ConsentRow>(CONSENTS, values),
    dnc_entry: entry ?? null,
  };
}

const CONTACTS = {
  name: 'export-contacts',
  text: `
    SELECT l.id, l.campaign_id, k.name AS campaign_name, l.first_name, l.last_name, l.email, l.timezone,
      l.custom_fields, l.status, l.outcome,
      l.call_attempts, l.created_at, l.last_called_at, l.merged_contacts
    FROM leads l JOIN campaigns k ON k.id = l.campaign_id WHERE l.tenant_id = $1 AND l.number_key = ANY($2::text[])
      ORDER BY l.created_at, l.id`,
};

const CALLS = {
  name: 'export-calls',
  text: `
    SELECT c.id, c.campaign_id, c.status, c.outcome, c.started_at, c.answered_at, c.ended_at, c.duration_seconds,
      c.recording_url,
      c.transcript, c.summary, v.messages
    FROM leads l JOIN calls c ON c.lead_id = l.id LEFT JOIN conversations v ON v.call_id = c.id
    WHERE l.tenant_id = $1 AND l.number_key = ANY($2::text[]) ORDER BY c.created_at, c.id`,
};

const CONSENTS = {
  name: 'export-consents',
  text: `
    SELECT ${CONSENT_COLUMNS} FROM consents
    WHERE tenant_id = $1 AND number_key = ANY($2::text[]) ORDER BY given_at, created_at`,
};

const DNC_ENTRY = {
  name: 'export-dnc-entry',
  text: `
    SELECT ${DNC_COLUMNS} FROM dnc_entries WHERE tenant_id = $1 AND number_key = ANY($2::text[]) ORDER BY is_test`,
};
