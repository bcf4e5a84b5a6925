import type { SimulatorFaultRates } from '#config/simulator-faults.js';
import type { RandomNumbers } from '#rules/values/seeded-random.js';

/** Fault of a create request; a request has at most one. */
export type CreateFault = 'lost' | 'hang' | '503' | '429';

/** Faults of one call. */
export interface CallFaults {
  readonly create: CreateFault | null;
  /** True: each report is delivered twice. */
  readonly isDoubled: boolean;
  /** True: all reports are held back and delivered together, in any order. */
  readonly isReordered: boolean;
  /** True: neither the end nor the report after it is delivered. */
  readonly isEndless: boolean;
  /** True: reports arrive before the create request is answered. */
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
