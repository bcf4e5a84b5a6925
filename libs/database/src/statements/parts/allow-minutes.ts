import type { Sql } from '../../connection/sql.js';

const MINUTES_MS = 600_000;

const ALLOW = `
  SELECT set_config('statement_timeout', '${MINUTES_MS}', true), set_config('enable_seqscan', 'on', true),
    set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)`;

/**
 * Lets the statements of this transaction run for minutes on the server, and scan and join whole tables. A statement
 * that needs the time also sets `timeoutMs`.
 */
export async function allowMinutes(sql: Sql): Promise<void> {
  await sql.run({ name: 'allow-minutes', text: ALLOW });
}

/** Value for `Statement.timeoutMs`: slightly longer than the server's own limit. */
export const MINUTES_TIMEOUT_MS = MINUTES_MS + 1_000;
