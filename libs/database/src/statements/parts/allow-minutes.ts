import type { Sql } from '../../connection/sql.js';

const MINUTES_MS = 600_000;

const ALLOW = `
  SELECT set_config('statement_timeout', '${MINUTES_MS}', true), set_config('enable_seqscan', 'on', true),
    set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)`;

/**
 * Lets the statements of this transaction take minutes on the server, and read and join whole tables; those that need
 * the time say so with `timeoutMs` as well.
 */
export async function allowMinutes(sql: Sql): Promise<void> {
  await sql.run({ name: 'allow-minutes', text: ALLOW });
}

/** For `Statement.timeoutMs`: a little longer than the server waits. */
export const MINUTES_TIMEOUT_MS = MINUTES_MS + 1_000;
