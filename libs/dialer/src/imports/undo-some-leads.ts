import type { Sql } from '#database/connection/sql.js';
import {
  cancelJobsOfLeads,
  deleteUncalledLeads,
  forgetImportedLeads,
  removeRevivedLeads,
  someImportedLeads,
  type ImportedLead,
} from '#database/statements/imports/undo-import.js';

/**
 * Undoes some of the leads of an import. The caller has locked the campaign.
 *
 * 1. Cancel their queued dialer jobs.
 * 2. Delete new leads that were never called.
 * 3. Remove leads again that the import had revived.
 * 4. Note how many were undone.
 *
 * @param after the last person of the batch before, in the order of their hashes; `NOBODY` at first.
 * @returns the last person of this batch; null: there was none.
 */
export async function undoSomeLeads(
  sql: Sql,
  { importId, after, limit }: { importId: string; after: string; limit: number },
): Promise<string | null> {
  const leads = await someImportedLeads(sql, { importId, after, limit });
  await cancelJobsOfLeads(sql, leads.map(idOf));
  const deleted = await deleteUncalledLeads(sql, leads.filter((lead) => !isRevived(lead)).map(idOf));
  const removed = await removeRevivedLeads(sql, leads.filter(isRevived).map(idOf));
  const people = leads.map(({ person }) => person);
  await forgetImportedLeads(sql, { importId, people, undone: deleted + removed });
  return people.at(-1) ?? null;
}

function idOf({ lead_id }: ImportedLead): string {
  return lead_id;
}

function isRevived({ verdict }: ImportedLead): boolean {
  return verdict === 'revived';
}
