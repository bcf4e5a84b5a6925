import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Import } from '../../entities/import.entity.js';
import { sqlList } from '../parts/sql-list.js';

/** Time for which a worker claims an import after each batch that it undoes. */
const CLAIM = `interval '15 seconds'`;

/** A lead that an import has added, or revived. */
export interface ImportedLead {
  readonly person: string;
  readonly lead_id: string;
  readonly verdict: string;
}

/** Returns some leads of an import, in the order of the hashes of their people, after the person `after`. */
export function someImportedLeads(
  sql: Sql,
  { importId, after, limit }: { importId: string; after: string; limit: number },
): Promise<ImportedLead[]> {
  return sql.run<ImportedLead>(SOME, [importId, after, limit]);
}

/** Comes before every person in the order of hashes. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

const SOME = {
  name: 'undo-some',
  text: `
    SELECT person, lead_id, verdict FROM import_people
    WHERE import_id = $1 AND person > $2 AND lead_id IS NOT NULL ORDER BY person LIMIT $3`,
};

/** Cancels the queued dialer jobs of leads. */
export async function cancelJobsOfLeads(sql: Sql, leadIds: readonly string[]): Promise<void> {
  await sql.run(CANCEL, [leadIds]);
}

const CANCEL = {
  name: 'undo-cancel-jobs',
  text: `
    WITH held AS (
      SELECT id FROM dialer_jobs WHERE lead_id = ANY($1::uuid[]) AND status = 'queued' ORDER BY id FOR UPDATE
    ), canceled AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = 'import_undone', check_at = NULL, finished_at = now()
      FROM held WHERE j.id = held.id RETURNING j.lead_id
    )
    UPDATE leads l SET status = 'pending' FROM canceled WHERE l.id = canceled.lead_id AND l.status = 'in_progress'`,
};

/** Deletes leads that were never called. @returns how many. */
export async function deleteUncalledLeads(sql: Sql, leadIds: readonly string[]): Promise<number> {
  return (await sql.run(DELETE_NEW, [leadIds])).length;
}

const DELETE_NEW = {
  name: 'undo-delete-leads',
  text: `DELETE FROM leads WHERE id = ANY($1::uuid[]) AND call_attempts = 0 AND status <> 'in_progress' RETURNING id`,
};

/** Removes leads that are not being called. @returns how many. */
export async function removeRevivedLeads(sql: Sql, leadIds: readonly string[]): Promise<number> {
  return (await sql.run(REMOVE_REVIVED, [leadIds])).length;
}

/** Statuses of a lead that an undo does not remove. */
const LEFT_ALONE = ['removed', 'in_progress'] as const satisfies readonly LeadStatus[];

const REMOVE_REVIVED = {
  name: 'undo-remove-leads',
  text: `UPDATE leads SET status = 'removed' WHERE id = ANY($1::uuid[]) AND status NOT IN (${sqlList(LEFT_ALONE)})
    RETURNING id`,
};

/** Notes that these people of an import are done, and how many leads were undone. */
export async function forgetImportedLeads(
  sql: Sql,
  { importId, people, undone }: { importId: string; people: readonly string[]; undone: number },
): Promise<void> {
  await sql.run(FORGET, [importId, people, undone]);
}

const FORGET = {
  name: 'undo-forget',
  text: `
    WITH forgotten AS (
      UPDATE import_people SET lead_id = NULL WHERE import_id = $1 AND person = ANY($2::uuid[])
    )
    UPDATE imports SET undone = undone + $3, tries = 0, claimed_until = now() + ${CLAIM} WHERE id = $1`,
};

/** Returns some numbers that an import has put on the do-not-call list. */
export async function someImportedNumbers(sql: Sql, importId: string, limit: number): Promise<string[]> {
  const rows = await sql.run<{ phone_number: string }>(NUMBERS, [importId, limit]);
  return rows.map(({ phone_number }) => phone_number);
}

const NUMBERS = {
  name: 'some-imported-numbers',
  text: `
    SELECT phone_number FROM dnc_entries WHERE import_id = $1 AND source = 'import' ORDER BY phone_number LIMIT $2`,
};

/** Adds to the number of rows that are undone, and extends the claim. */
export async function noteUndone({ manager }: Transaction, importId: string, undone: number): Promise<void> {
  const claimed_until = () => `now() + ${CLAIM}`;
  const values = { undone: () => 'undone + :undone', tries: 0, claimed_until };
  await manager
    .createQueryBuilder()
    .update(Import)
    .set(values)
    .where({ id: importId })
    .setParameter('undone', undone)
    .execute();
}
