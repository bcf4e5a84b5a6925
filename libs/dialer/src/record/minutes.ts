import type { Sql } from '#database/connection/sql.js';
import { chargeCalls, lockBudgetsOfJobs } from '#database/statements/engine/place/minutes-budget.js';
import type { CallReport } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { talkMinutes } from '#rules/call/talk-minutes.js';
import { knownFacts, type CallChange } from '../settle/call-change.js';

/**
 * Locks the budgets of tenants whose calls these reports may end or measure.
 * @returns the ids of these tenants.
 */
export async function lockBudgets(sql: Sql, reports: readonly CallReport[]): Promise<string[]> {
  const jobIds = jobsThatMayBeCharged(reports);
  return jobIds.length > 0 ? lockBudgetsOfJobs(sql, jobIds) : [];
}

/** Returns the dialer jobs whose calls these reports may end or measure. */
export function jobsThatMayBeCharged(reports: readonly CallReport[]): string[] {
  const telling = reports.filter(({ status, durationSeconds }) => tells(status) || durationSeconds !== undefined);
  return [...new Set(telling.map(({ dialerJobId }) => dialerJobId))];
}

/** Tells whether a status may say how long a call lasted. An answer may be reported after the end of its call. */
function tells(status: CallReport['status']): boolean {
  return status !== undefined && (isFinalCallStatus(status) || status === 'in_progress');
}

/** Charges the minutes of ended calls to locked budgets, in the transaction that has written the calls. */
export async function charge(
  sql: Sql,
  { changes, budgets }: { changes: readonly CallChange[]; budgets: readonly string[] },
): Promise<void> {
  const calls = changes
    .filter((change) => budgets.includes(change.before.tenant_id) && tellsItsLength(change))
    .map(({ before, facts }) => ({ call_id: before.call_id, minutes: talkMinutes(facts) }));
  if (calls.length > 0) await chargeCalls(sql, { calls, tenantIds: budgets });
}

/** Returns true if an ended call lasted another time than was known. */
function tellsItsLength({ before, facts }: CallChange): boolean {
  if (!isFinalCallStatus(facts.status)) return false;
  return !isFinalCallStatus(before.status) || talkMinutes(facts) !== talkMinutes(knownFacts(before));
}
