import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Import } from '../../entities/import.entity.js';
import { sqlList } from '../parts/sql-list.js';

/** Time for which a worker claims an import after each batch that it undoes. */
const CLAIM = `interval '15 seconds'`;

/**
 * Undoes some of the leads of an import. The caller has locked the campaign.
 *
 * 1. Cancels their queued dialer jobs.
 * 2. Deletes new leads that were never called.
 * 3. Removes leads again that the import had revived.
 *
 * @param after the last person of the batch before, in the order of their hashes; `NOBODY` at first.
 * @returns the last person of this batch (null: there was none), and the number of leads undone.
 */
export async function undoSomeLeads(
  sql: Sql,
  { importId, after, limit }: { importId: string; after: string; limit: number },
): Promise<{ last: string | null; undone: number }> {
  const people = await sql.run<{ person: string; lead_id: string; verdict: string }>(SOME, [importId, after, limit]);
  const ids = people.map(({ lead_id }) => lead_id);
  await sql.run(CANCEL, [ids]);
  const created = people.filter(({ verdict }) => verdict !== 'revived').map(({ lead_id }) => lead_id);
  const revived = people.filter(({ verdict }) => verdict === 'revived').map(({ lead_id }) => lead_id);
  const gone = await sql.run(DELETE_NEW, [created]);
  const removed = await sql.run(REMOVE_REVIVED, [revived]);
  const undone = gone.length + removed.length;
  await sql.run(FORGET, [importId, people.map(({ person }) => person), undone]);
  return { last: people.at(-1)?.person ?? null, undone };
}

export const NOBODY = '00000000-0000-0000-0000-000000000000';

const SOME = {
  name: 'undo-some',
  text: `
    SELECT person, lead_id, verdict FROM import_people
    WHERE import_id = $1 AND person > $2 AND lead_id IS NOT NULL ORDER BY person LIMIT $3`,
};

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

const DELETE_NEW = {
  name: 'undo-delete-leads',
  text: `DELETE FROM leads WHERE id = ANY($1::uuid[]) AND call_attempts = 0 AND status <> 'in_progress' RETURNING id`,
};

/** Statuses of a lead that an undo does not remove. */
const LEFT_ALONE = ['removed', 'in_progress'] as const satisfies readonly LeadStatus[];

const REMOVE_REVIVED = {
  name: 'undo-remove-leads',
  text: `UPDATE leads SET status = 'removed' WHERE id = ANY($1::uuid[]) AND status NOT IN (${sqlList(LEFT_ALONE)})
    RETURNING id`,
};

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
