import type { CallReport, ConversationTurn } from './call-report.js';
import { toldCallback, toldCallSeconds, toldPause, toldTime } from './told-values.js';

/** Lengths and sizes of the columns of `calls` and `call_reports`. */
const LONGEST_TEXT = 255;
const LONGEST_SUMMARY = 10_000;
const MOST_COST = 999_999.9999;

/**
 * An event as it can be stored, whatever a provider has sent: what no column can hold, or no call can have, is left
 * out, and the rest still counts.
 * @param now stands in for a time that is none.
 */
export function storableReport(report: CallReport, now: Date): CallReport {
  const occurredAt = toldTime(report.occurredAt, now) ?? now;
  return {
    ...withoutOddText(report),
    reportKey: asStorableText(report.reportKey).slice(0, LONGEST_TEXT),
    providerCallId: report.providerCallId && asStorableText(report.providerCallId).slice(0, LONGEST_TEXT),
    occurredAt,
    ...(report.notPlaced && { notPlaced: boundedRejection(report.notPlaced) }),
    durationSeconds: wholeSeconds(report.durationSeconds),
    cost: storableCost(report.cost),
    summary: report.summary && boundedSummary(report.summary),
    callbackAt: toldCallback(report.callbackAt, occurredAt),
    messages: report.messages?.map(storableTurn),
  };
}

/** The least that an event says: what the call has become. For an event of which something still cannot be stored. */
export function bareReport({ reportKey, dialerJobId, occurredAt, status }: CallReport): CallReport {
  return { reportKey, dialerJobId, providerCallId: null, occurredAt, status };
}

/** What may still be stored of a call to somebody who was erased: what it was and cost, nothing of what was said. */
export function anonymousReport({
  transcript: _transcript,
  summary: _summary,
  messages: _messages,
  recordingUrl: _recordingUrl,
  endReason: _endReason,
  ...rest
}: CallReport): CallReport {
  return rest;
}

/** PostgreSQL stores neither NUL nor half a surrogate pair (an emoji cut in two). */
export function asStorableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function withoutOddText(report: CallReport): CallReport {
  const entries = Object.entries(report).map(([name, value]) => [
    name,
    typeof value === 'string' ? asStorableText(value) : value,
  ]);
  return Object.fromEntries(entries) as CallReport;
}

/** Lists of calls show the summary of each: one as long as a book would make a page of them 100 MB. */
function boundedSummary(summary: string): string {
  return asStorableText(summary.slice(0, LONGEST_SUMMARY));
}

function boundedRejection({ fault, retryAfterSeconds }: NonNullable<CallReport['notPlaced']>): CallReport['notPlaced'] {
  return { fault, retryAfterSeconds: toldPause(retryAfterSeconds) };
}

function storableTurn({ text, seconds_from_start: seconds, ...turn }: ConversationTurn): ConversationTurn {
  return { ...turn, text: asStorableText(text), seconds_from_start: toldCallSeconds(seconds) ?? 0 };
}

function wholeSeconds(seconds: number | undefined): number | undefined {
  const told = seconds !== undefined && seconds < 0 ? undefined : toldCallSeconds(seconds);
  return told === undefined ? undefined : Math.round(told);
}

function storableCost(cost: string | undefined): string | undefined {
  const amount = Number(cost);
  return cost?.trim() && Math.abs(amount) <= MOST_COST ? amount.toFixed(4) : undefined;
}
