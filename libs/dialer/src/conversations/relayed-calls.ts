import type { Sql } from '#database/connection/sql.js';
import { endConversations } from '#database/statements/conversations/end-conversations.js';
import type { LockedCall } from '#database/statements/engine/locks/lock-calls.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { isMachine } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { noConversationEvent } from './call-conclusions.js';

/**
 * What follows from the ends of calls whose conversations were to come to us: there was one, and is to be concluded; or
 * nobody ever came to talk with the person, which is our fault and no answer of theirs. In the transaction of the
 * events, whose calls are locked.
 * @returns the events to go before those that were told.
 */
export async function endRelayed(
  sql: Sql,
  calls: readonly LockedCall[],
  eventsOf: (call: LockedCall) => readonly CallEvent[],
): Promise<Map<string, CallEvent>> {
  const ends = new Map(calls.flatMap((call) => endOf(call, eventsOf(call))));
  if (ends.size === 0) return ends;
  const missing = await endConversations(sql, [...ends.keys()]);
  const faults = calls.filter((call) => missing.includes(call.dialer_job_id) && isTaken(call, eventsOf(call)));
  return new Map(faults.map(({ dialer_job_id: id }) => [id, noConversationEvent(ends.get(id)!)]));
}

function endOf(call: LockedCall, events: readonly CallEvent[]): [string, CallEvent][] {
  if (!call.is_relayed || (isFinalCallStatus(call.status) && !call.is_presumed)) return [];
  const end = events.find(({ status }) => status !== undefined && isFinalCallStatus(status));
  return end ? [[call.dialer_job_id, end]] : [];
}

/** By somebody who could have talked. */
function isTaken(call: LockedCall, events: readonly CallEvent[]): boolean {
  const isCompleted = events.some(({ status }) => status === 'completed');
  const answerers = [call.answered_by, ...events.map(({ answeredBy }) => answeredBy ?? null)];
  return isCompleted && !call.is_erased && !answerers.some(isMachine);
}
