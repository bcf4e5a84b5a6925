import type { CallReport } from '#rules/call/call-report.js';
import { endOfCall } from './end-of-call.js';
import { durationSeconds, type PlacedScript } from './call-script.js';
import { toProviderCallId, type CallTerms } from './call-terms.js';
import type { SimulatedCall } from './simulated-call.js';

export type ReportKey = 'ringing' | 'in_progress' | 'ended' | 'report';

/** Moment of a call at which its carrier sends a report. The report is made only when it is delivered. */
export interface ReportStep {
  readonly key: ReportKey;
  readonly atMs: number;
}

/** Longest time that the carrier needs to write the report after the end. */
const LONGEST_REPORT_DELAY_MS = 300;

/** Returns the report steps in the order of time. */
export function reportSteps(script: PlacedScript): ReportStep[] {
  const ended = { key: 'ended', atMs: script.endsAtMs } as const;
  if (script.kind === 'unanswered') {
    return script.ringsAtMs === null ? [ended] : [{ key: 'ringing', atMs: script.ringsAtMs }, ended];
  }
  const reportDelayMs = Math.min(LONGEST_REPORT_DELAY_MS, script.endsAtMs - script.answeredAtMs);
  return [
    { key: 'ringing', atMs: script.ringsAtMs },
    { key: 'in_progress', atMs: script.answeredAtMs },
    ended,
    { key: 'report', atMs: script.endsAtMs + reportDelayMs },
  ];
}

export function toEvent(call: SimulatedCall, { key, atMs }: ReportStep): CallReport {
  const report = {
    reportKey: key,
    dialerJobId: call.dialerJobId,
    providerCallId: toProviderCallId(call.terms),
    occurredAt: new Date(call.terms.placedAtMs + atMs),
  };
  switch (key) {
    case 'ringing':
    case 'in_progress':
      return { ...report, status: key };
    case 'ended':
      return { ...report, ...endFacts(call) };
    case 'report':
      return { ...report, ...endOfCall(call) };
  }
}

function endFacts({ script, terms }: SimulatedCall): Partial<CallReport> {
  const { outcome, endReason } = script;
  if (script.kind === 'unanswered') {
    return { status: script.status, outcome, endReason, durationSeconds: 0, cost: '0.0000' };
  }
  const { answeredBy, callbackAfterMs } = script;
  const callbackAt = callbackAfterMs === undefined ? undefined : callbackTime(terms, callbackAfterMs);
  return { status: 'completed', answeredBy, outcome, endReason, durationSeconds: durationSeconds(script), callbackAt };
}

const QUARTER_HOUR_MS = 900_000;

/**
 * Returns the time of the wished callback. People name a quarter of an hour; a number of the test world gives an exact
 * time.
 */
function callbackTime({ placedAtMs, decided }: CallTerms, afterMs: number): Date {
  const atMs = placedAtMs + afterMs;
  return decided === null ? nextQuarterHour(atMs) : new Date(atMs);
}

function nextQuarterHour(atMs: number): Date {
  return new Date(Math.ceil(atMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS);
}
