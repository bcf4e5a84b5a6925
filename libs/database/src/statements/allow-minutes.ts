import type { Sql } from '../sql.js';

const MINUTES_MS = 600_000;

/** Lets the statements of this transaction take minutes on the server; those that need it say so with `timeoutMs` as well. */
export async function allowMinutes(sql: Sql): Promise<void> {
  await sql.run({ name: 'allow-minutes', text: `SELECT set_config('statement_timeout', '${MINUTES_MS}', true)` });
}

/** For `Statement.timeoutMs`: a little longer than the server waits. */
export const MINUTES_TIMEOUT_MS = MINUTES_MS + 1_000;
