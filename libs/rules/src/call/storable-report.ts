import type { CallReport, ConversationTurn } from './call-report.js';
import { toldCallback, toldCallSeconds, toldPause, toldTime } from './told-values.js';

/** Lengths and sizes of the columns of `calls` and `call_reports`. */
const LONGEST_TEXT = 255;
const LONGEST_SUMMARY = 10_000;
const MOST_COST = 999_999.9999;

/**
 * Returns a call report that the tables can store, whatever the provider sent. Values that no column can hold, or that
 * no call can have, are dropped. The others still count.
 * @param now replaces an invalid time.
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

/** Returns the smallest report, with the status of the call, for a report that still cannot be stored. */
export function bareReport({ reportKey, dialerJobId, occurredAt, status }: CallReport): CallReport {
  return { reportKey, dialerJobId, providerCallId: null, occurredAt, status };
}

/** Returns what may be stored of a call to an erased person: facts and cost, and no words. */
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

/** Drops NUL and halves of surrogate pairs (an emoji cut in two), which PostgreSQL cannot store. */
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

/** Cuts a summary. Lists of calls show the summary of each; with long ones a page would have 100 MB. */
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
