import type { Sql } from '#database/connection/sql.js';
import { chargeCalls, holdBudgetsOfJobs } from '#database/statements/engine/place/minutes-budget.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { talkMinutes } from '#rules/call/talk-minutes.js';
import { knownFacts, type CallChange } from '../settle/call-change.js';

/**
 * Holds the budgets of those whose calls these events may end, or say the length of. @returns whose tenants' these are.
 */
export async function holdBudgets(sql: Sql, events: readonly CallEvent[]): Promise<string[]> {
  const jobIds = payingJobs(events);
  return jobIds.length > 0 ? holdBudgetsOfJobs(sql, jobIds) : [];
}

/** Whose calls these events may end, or say the length of. */
export function payingJobs(events: readonly CallEvent[]): string[] {
  const telling = events.filter(({ status, durationSeconds }) => tells(status) || durationSeconds !== undefined);
  return [...new Set(telling.map(({ dialerJobId }) => dialerJobId))];
}

/** That somebody took a call may be told after its end: only then is known for how long they talked. */
function tells(status: CallEvent['status']): boolean {
  return status !== undefined && (isFinalCallStatus(status) || status === 'in_progress');
}

/** Takes what ended calls have talked off the budgets that are held; in the transaction that has written the calls. */
export async function charge(
  sql: Sql,
  { changes, budgets }: { changes: readonly CallChange[]; budgets: readonly string[] },
): Promise<void> {
  const calls = changes
    .filter((change) => budgets.includes(change.before.tenant_id) && tellsItsLength(change))
    .map(({ before, facts }) => ({ call_id: before.call_id, minutes: talkMinutes(facts) }));
  if (calls.length > 0) await chargeCalls(sql, { calls, tenantIds: budgets });
}

/** True where a call that has ended turns out to have lasted another time than was known. */
function tellsItsLength({ before, facts }: CallChange): boolean {
  if (!isFinalCallStatus(facts.status)) return false;
  return !isFinalCallStatus(before.status) || talkMinutes(facts) !== talkMinutes(knownFacts(before));
}
