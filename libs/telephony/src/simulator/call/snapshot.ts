import type { CallEvent } from '#rules/call/call-report.js';
import { toProviderCallId } from './call-terms.js';
import { callReport } from './call-report.js';
import { eventSteps, toEvent, type EventStep } from './script-events.js';
import type { SimulatedCall } from './simulated-call.js';

/**
 * What the carrier answers when it is asked about a call `atMs` after it was placed. A call that has ended is told with
 * all its facts: nobody asks about it again. The keys are not those of the stream, whose events each tell less.
 */
export function snapshotAt(call: SimulatedCall, atMs: number): CallEvent {
  const step = latestStatusStep(call, atMs);
  const age = { startedAt: new Date(call.terms.placedAtMs), ageSeconds: atMs / 1000 };
  if (!step) return { ...initiated(call), ...age };
  const event = toEvent(call, step);
  const facts = step.key === 'ended' ? callReport(call) : {};
  return { ...event, ...facts, ...age, eventKey: `lookup-${step.key}` };
}

function latestStatusStep({ script }: SimulatedCall, atMs: number): EventStep | undefined {
  return eventSteps(script).findLast((step) => step.key !== 'report' && step.atMs <= atMs);
}

export function initiated({ dialerJobId, terms }: SimulatedCall): CallEvent {
  return {
    eventKey: 'lookup-initiated',
    dialerJobId,
    providerCallId: toProviderCallId(terms),
    occurredAt: new Date(terms.placedAtMs),
    status: 'initiated',
  };
}
