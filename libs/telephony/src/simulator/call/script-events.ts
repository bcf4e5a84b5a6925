import type { CallEvent } from '#rules/call/call-report.js';
import { callReport } from './call-report.js';
import { durationSeconds, type PlacedScript } from './call-script.js';
import { toProviderCallId, type CallTerms } from './call-terms.js';
import type { SimulatedCall } from './simulated-call.js';

export type EventKey = 'ringing' | 'in_progress' | 'ended' | 'report';

/** A moment of a call at which its carrier has something to tell; the telling itself is made when it is wanted. */
export interface EventStep {
  readonly key: EventKey;
  readonly atMs: number;
}

/** The report takes a moment to write. */
const LONGEST_REPORT_DELAY_MS = 300;

/** In the order of time. */
export function eventSteps(script: PlacedScript): EventStep[] {
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

export function toEvent(call: SimulatedCall, { key, atMs }: EventStep): CallEvent {
  const event = {
    eventKey: key,
    dialerJobId: call.dialerJobId,
    providerCallId: toProviderCallId(call.terms),
    occurredAt: new Date(call.terms.placedAtMs + atMs),
  };
  switch (key) {
    case 'ringing':
    case 'in_progress':
      return { ...event, status: key };
    case 'ended':
      return { ...event, ...endFacts(call) };
    case 'report':
      return { ...event, ...callReport(call) };
  }
}

function endFacts({ script, terms }: SimulatedCall): Partial<CallEvent> {
  const { outcome, endReason } = script;
  if (script.kind === 'unanswered') {
    return { status: script.status, outcome, endReason, durationSeconds: 0, cost: '0.0000' };
  }
  const { answeredBy, callbackAfterMs } = script;
  const callbackAt = callbackAfterMs === undefined ? undefined : callbackTime(terms, callbackAfterMs);
  return { status: 'completed', answeredBy, outcome, endReason, durationSeconds: durationSeconds(script), callbackAt };
}

const QUARTER_HOUR_MS = 900_000;

/** People name a quarter of an hour; what a number decides is exact. */
function callbackTime({ placedAtMs, decided }: CallTerms, afterMs: number): Date {
  const atMs = placedAtMs + afterMs;
  return decided === null ? nextQuarterHour(atMs) : new Date(atMs);
}

function nextQuarterHour(atMs: number): Date {
  return new Date(Math.ceil(atMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS);
}
