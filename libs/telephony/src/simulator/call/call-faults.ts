import type { SimulatorFaultRates } from '#config/simulator-faults.js';
import type { RandomNumbers } from '#rules/values/seeded-random.js';

/** What goes wrong with the create request: one thing at most. */
export type CreateFault = 'lost' | 'hang' | '503' | '429';

/** What goes wrong with one call. */
export interface CallFaults {
  readonly create: CreateFault | null;
  /** Each event is delivered twice. */
  readonly isDoubled: boolean;
  /** All events are held back and delivered together, in any order. */
  readonly isReordered: boolean;
  /** Neither the end nor the report is delivered. */
  readonly isEndless: boolean;
  /** We hear of the call before the create request is answered. */
  readonly isEarly: boolean;
}

const CREATE_FAULTS: readonly CreateFault[] = ['429', '503', 'hang', 'lost'];

export function drawFaults(rates: SimulatorFaultRates, random: RandomNumbers): CallFaults {
  return {
    create: drawCreateFault(rates, random()),
    isDoubled: random() < rates.dup,
    isReordered: random() < rates.reorder,
    isEndless: random() < rates.noend,
    isEarly: random() < rates.early,
  };
}

function drawCreateFault(rates: SimulatorFaultRates, drawn: number): CreateFault | null {
  let rest = drawn;
  return CREATE_FAULTS.find((fault) => (rest -= rates[fault]) < 0) ?? null;
}
