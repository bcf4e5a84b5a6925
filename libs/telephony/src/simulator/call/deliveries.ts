import { seededRandom, shuffled } from '#rules/values/seeded-random.js';
import { reportSteps, type ReportStep } from './script-reports.js';
import type { SimulatedCall } from './simulated-call.js';

/** Report on its way. `atMs` is the time of its arrival, never before the moment that it reports. */
export interface Delivery {
  readonly step: ReportStep;
  readonly atMs: number;
}

/** Returns the deliveries of a call's reports, faults included, in the order of arrival. */
export function deliveriesOf({ script, faults, terms }: SimulatedCall): Delivery[] {
  const told = reportSteps(script).filter((step) => !faults.isEndless || !isOfTheEnd(step));
  const sent = faults.isDoubled ? told.flatMap((step) => [step, step]) : told;
  if (!faults.isReordered) return sent.map((step) => ({ step, atMs: step.atMs }));
  const lastAtMs = sent.at(-1)?.atMs ?? 0;
  return shuffled(seededRandom(terms.course, 'order'), sent).map((step) => ({ step, atMs: lastAtMs }));
}

function isOfTheEnd({ key }: ReportStep): boolean {
  return key === 'ended' || key === 'report';
}
