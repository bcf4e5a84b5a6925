import type { Sql } from '#database/connection/sql.js';
import {
  lockSuppressions,
  snapshotSuppressions,
  switchSuppressionLogOn,
} from '#database/statements/people/suppression-outbox.js';

/**
 * Switches the suppression log on: every suppression leaves a line from now on. Runs in a transaction.
 *
 * 1. Do nothing if the log is on already.
 * 2. Wait for transactions that suppress without leaving a line, and let none begin until the commit.
 * 3. Write a line for every present suppression, so that the log alone is enough for a restore.
 */
export async function keepSuppressionEntries(sql: Sql): Promise<void> {
  if (!(await switchSuppressionLogOn(sql))) return;
  await lockSuppressions(sql);
  await snapshotSuppressions(sql);
}
