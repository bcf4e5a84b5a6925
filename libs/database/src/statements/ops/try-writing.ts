import type { Database } from '../../connection/database.js';

/**
 * Checks whether the database can be written, and leaves nothing in it.
 *
 * 1. Draw a transaction number. A standby gives none, nor does a server that has run out of them.
 * 2. Sort 2 MB with little memory, so that the server writes a temporary file to its disk.
 * @returns true if the database can only be read.
 * @throws Error of the server: 53100 if its disk is full.
 */
export async function tryWriting(database: Database): Promise<boolean> {
  return database.transaction(async (sql) => {
    await sql.run(LITTLE_MEMORY);
    const [row] = await sql.run<{ is_read_only: boolean }>(TRY);
    return row?.is_read_only === true;
  });
}

const LITTLE_MEMORY = { name: 'little-memory', text: `SELECT set_config('work_mem', '64kB', true)` };

const TRY = {
  name: 'try-writing',
  text: `
    SELECT current_setting('transaction_read_only') = 'on' AS is_read_only, pg_current_xact_id()::text AS xid,
      (SELECT count(*) FROM (SELECT repeat(md5(n::text), 32) AS filler
        FROM generate_series(1, 2000) n ORDER BY 1 OFFSET 0) s)
        AS rows`,
};
