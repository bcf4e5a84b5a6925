import { seededRandom, shuffled } from '#rules/values/seeded-random.js';
import { eventSteps, type EventStep } from './script-events.js';
import type { SimulatedCall } from './simulated-call.js';

/** An event on its way; `atMs` is when it arrives, never before it happened. */
export interface Delivery {
  readonly step: EventStep;
  readonly atMs: number;
}

/** How the events of a call reach us, its faults included, in the order of arrival. */
export function deliveriesOf({ script, faults, terms }: SimulatedCall): Delivery[] {
  const told = eventSteps(script).filter((step) => !faults.isEndless || !isOfTheEnd(step));
  const sent = faults.isDoubled ? told.flatMap((step) => [step, step]) : told;
  if (!faults.isReordered) return sent.map((step) => ({ step, atMs: step.atMs }));
  const lastAtMs = sent.at(-1)?.atMs ?? 0;
  return shuffled(seededRandom(terms.course, 'order'), sent).map((step) => ({ step, atMs: lastAtMs }));
}

function isOfTheEnd({ key }: EventStep): boolean {
  return key === 'ended' || key === 'report';
}
