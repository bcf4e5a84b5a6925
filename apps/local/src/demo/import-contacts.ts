import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import type { BulkTotals, DemoApi } from './demo-api.js';

interface ContactRow {
  readonly phone: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly [column: string]: string;
}

const CHUNK = 500;

const COUNTED = ['created', 'revived', 'duplicate', 'invalid', 'suppressed'] as const;

export interface ImportedContacts {
  readonly rows: number;
  readonly totals: Record<(typeof COUNTED)[number], number>;
  /** Some of the rows that were rejected: row of the file (the header is row 1), phone number and reason. */
  readonly refused: readonly { row: number; phone: string; why: string }[];
}

/** Imports a contact list over the API, in JSON batches. Columns without a field in the API become custom fields. */
export async function importContacts(api: DemoApi, campaignId: string, file: string): Promise<ImportedContacts> {
  const rows = parse<ContactRow>(await readFile(file, 'utf8'), { columns: true, bom: true, skip_empty_lines: true });
  const totals = { created: 0, revived: 0, duplicate: 0, invalid: 0, suppressed: 0 };
  const refused: { row: number; phone: string; why: string }[] = [];
  for (let start = 0; start < rows.length; start += CHUNK) {
    const contacts = rows.slice(start, start + CHUNK).map(toContact);
    const answer = await api.post<BulkTotals>(`/campaigns/${campaignId}/contacts/bulk`, { contacts });
    for (const status of COUNTED) totals[status] += answer[status];
    for (const { index, detail } of answer.results.filter(
      ({ status }) => status === 'invalid' || status === 'duplicate',
    )) {
      refused.push({ row: start + index + 2, phone: rows[start + index]?.phone ?? '', why: detail ?? '' });
    }
  }
  return { rows: rows.length, totals, refused };
}

function toContact({ phone, first_name, last_name, email, ...others }: ContactRow) {
  return {
    phone_number: phone,
    first_name: first_name || null,
    last_name: last_name || null,
    email: email || null,
    custom_fields: Object.fromEntries(Object.entries(others).filter(([, value]) => value !== '')),
  };
}
