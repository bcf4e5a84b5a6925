import type { CallReport } from '#rules/call/call-report.js';
import { toProviderCallId } from './call-terms.js';
import { endOfCall } from './end-of-call.js';
import { reportSteps, toEvent, type ReportStep } from './script-reports.js';
import type { SimulatedCall } from './simulated-call.js';

/**
 * Returns the carrier's answer to a look-up `atMs` after the call was placed. A call that has ended is told with all
 * its facts, since no later look-up follows. The keys differ from those of the stream, whose reports each tell less.
 */
export function snapshotAt(call: SimulatedCall, atMs: number): CallReport {
  const step = latestStatusStep(call, atMs);
  const age = { startedAt: new Date(call.terms.placedAtMs), ageSeconds: atMs / 1000 };
  if (!step) return { ...initiated(call), ...age };
  const report = toEvent(call, step);
  const facts = step.key === 'ended' ? endOfCall(call) : {};
  return { ...report, ...facts, ...age, reportKey: `lookup-${step.key}` };
}

function latestStatusStep({ script }: SimulatedCall, atMs: number): ReportStep | undefined {
  return reportSteps(script).findLast((step) => step.key !== 'report' && step.atMs <= atMs);
}

export function initiated({ dialerJobId, terms }: SimulatedCall): CallReport {
  return {
    reportKey: 'lookup-initiated',
    dialerJobId,
    providerCallId: toProviderCallId(terms),
    occurredAt: new Date(terms.placedAtMs),
    status: 'initiated',
  };
}
