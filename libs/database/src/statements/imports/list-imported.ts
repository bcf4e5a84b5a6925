import { numberKey } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../connection/sql.js';
import type { DncList } from '../people/dnc.js';

/** A number that a file names; each number once, whatever its writing. */
export interface ImportedEntry {
  readonly phone_number: string;
  readonly reason: string | null;
  /** ISO 8601; null: for good. */
  readonly expires_at: string | null;
}

/**
 * Puts numbers of a file on a do-not-call list; the numbers and their campaigns are locked.
 *
 * 1. A number that is new, or whose entry has ended, gets an entry of this import.
 * 2. A present entry can only become longer, never shorter. Its reason changes if `isUpdate`.
 * 3. A present entry of another import, or of a user, then belongs to no import. So the undo of one file removes
 *    nothing that another file, or a user, has listed.
 *
 * @returns the numbers whose entries are new or have changed.
 */
export async function listImported(
  sql: Sql,
  { importId, tenantId, isTest, isUpdate }: DncList & { importId: string; isUpdate: boolean },
  entries: readonly ImportedEntry[],
): Promise<string[]> {
  const keyed = entries.map((entry) => ({ ...entry, number_key: numberKey(entry.phone_number) }));
  const rows = await sql.run<{ phone_number: string }>(LIST, [
    tenantId,
    importId,
    isUpdate,
    JSON.stringify(keyed),
    isTest,
  ]);
  return rows.map(({ phone_number }) => phone_number);
}

const HAS_ENDED = 'd.expires_at <= now()';
const IS_LONGER = 'd.expires_at < EXCLUDED.expires_at OR d.expires_at IS NOT NULL AND EXCLUDED.expires_at IS NULL';

const LIST = {
  name: 'list-imported',
  text: `
    INSERT INTO dnc_entries AS d (tenant_id, phone_number, number_key, reason, source, expires_at, import_id,
      is_test)
    SELECT $1, phone_number, number_key, reason, 'import', expires_at, $2, $5 FROM jsonb_to_recordset($4::jsonb) AS n (
      phone_number text, number_key text, reason text, expires_at timestamptz)
    ORDER BY number_key
    ON CONFLICT (tenant_id, number_key, is_test) DO UPDATE SET
      reason = CASE WHEN ${HAS_ENDED} OR $3 THEN coalesce(EXCLUDED.reason, d.reason) ELSE d.reason END,
      source = CASE WHEN ${HAS_ENDED} THEN EXCLUDED.source ELSE d.source END,
      import_id = CASE WHEN ${HAS_ENDED} OR d.import_id = EXCLUDED.import_id THEN EXCLUDED.import_id END,
      expires_at = CASE WHEN ${HAS_ENDED} OR ${IS_LONGER} THEN EXCLUDED.expires_at ELSE d.expires_at END
    WHERE ${HAS_ENDED} OR ${IS_LONGER} OR $3 AND EXCLUDED.reason <> coalesce(d.reason, '')
      OR d.import_id <> EXCLUDED.import_id
    RETURNING phone_number`,
};
