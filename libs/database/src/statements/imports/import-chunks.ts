import { READING_IMPORT_STATUSES } from '#rules/lead/import-status.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** Reads a piece of the file; undefined after the last one. */
export async function readImportChunk(sql: Sql, importId: string, n: number): Promise<Buffer | undefined> {
  const [row] = await sql.run<{ bytes: Buffer }>(READ_CHUNK, [importId, n]);
  return row?.bytes;
}

const READ_CHUNK = {
  name: 'read-import-chunk',
  text: `SELECT bytes FROM import_chunks WHERE import_id = $1 AND n = $2`,
};

/** Deletes pieces of files whose imports have ended. @returns how many. */
export async function dropSpentChunks(sql: Sql, limit: number): Promise<number> {
  const rows = await sql.run(DROP_SPENT, [limit]);
  return rows.length;
}

const DROP_SPENT = {
  name: 'drop-spent-chunks',
  text: `
    WITH spent AS (
      SELECT c.import_id, c.n FROM import_chunks c JOIN imports i ON i.id = c.import_id
      WHERE i.status NOT IN (${sqlList(READING_IMPORT_STATUSES)}) LIMIT $1 FOR UPDATE OF c SKIP LOCKED
    )
    DELETE FROM import_chunks c USING spent s WHERE c.import_id = s.import_id AND c.n = s.n RETURNING c.n`,
};
