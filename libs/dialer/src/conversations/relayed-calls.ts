import type { Sql } from '#database/connection/sql.js';
import { endConversations } from '#database/statements/conversations/end-conversations.js';
import type { LockedCall } from '#database/statements/engine/locks/lock-calls.js';
import type { CallReport } from '#rules/call/call-report.js';
import { isMachine } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { noConversationReport } from './call-conclusions.js';

/**
 * Ends the conversations of relayed calls that have ended, in the transaction of the reports, whose calls are locked.
 * If no agent ever joined an answered call, that is a fault of Outdial.
 * @returns reports of such faults, by dialer job. They go before the reports of the provider.
 */
export async function endRelayed(
  sql: Sql,
  calls: readonly LockedCall[],
  reportsOf: (call: LockedCall) => readonly CallReport[],
): Promise<Map<string, CallReport>> {
  const ends = new Map(calls.flatMap((call) => endOf(call, reportsOf(call))));
  if (ends.size === 0) return ends;
  const missing = await endConversations(sql, [...ends.keys()]);
  const faults = calls.filter((call) => missing.includes(call.dialer_job_id) && isAnswered(call, reportsOf(call)));
  return new Map(faults.map(({ dialer_job_id: id }) => [id, noConversationReport(ends.get(id)!)]));
}

function endOf(call: LockedCall, reports: readonly CallReport[]): [string, CallReport][] {
  if (!call.is_relayed || (isFinalCallStatus(call.status) && !call.is_presumed)) return [];
  const end = reports.find(({ status }) => status !== undefined && isFinalCallStatus(status));
  return end ? [[call.dialer_job_id, end]] : [];
}

/** Returns true if the call was answered by a person who could have talked. */
function isAnswered(call: LockedCall, reports: readonly CallReport[]): boolean {
  const isCompleted = reports.some(({ status }) => status === 'completed');
  const answerers = [call.answered_by, ...reports.map(({ answeredBy }) => answeredBy ?? null)];
  return isCompleted && !call.is_erased && !answerers.some(isMachine);
}
