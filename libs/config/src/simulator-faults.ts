import { ConfigurationError } from './settings.js';

/** Faults of the simulated carrier, each with a probability from 0 to 1. */
export const SIMULATOR_FAULTS = ['lost', 'hang', '503', '429', 'dup', 'reorder', 'noend', 'early'] as const;

export type SimulatorFault = (typeof SIMULATOR_FAULTS)[number];
export type SimulatorFaultRates = Readonly<Record<SimulatorFault, number>>;

export const NO_FAULTS: SimulatorFaultRates = {
  lost: 0,
  hang: 0,
  '503': 0,
  '429': 0,
  dup: 0,
  reorder: 0,
  noend: 0,
  early: 0,
};

/** Parses `lost=0.01,dup=0.1`. */
export function parseSimulatorFaults(text: string | null): SimulatorFaultRates {
  const rates = { ...NO_FAULTS };
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=').map((piece) => piece.trim());
    const fault = SIMULATOR_FAULTS.find((known) => known === name);
    const rate = value === '' ? Number.NaN : Number(value);
    if (!fault || !(rate >= 0 && rate <= 1)) {
      throw new ConfigurationError(
        'SIMULATOR_FAULTS must be a list such as lost=0.01,dup=0.1 ' +
          `with names from ${SIMULATOR_FAULTS.join(', ')} and rates from 0 to 1; "${part}" is not.`,
      );
    }
    rates[fault] = rate;
  }
  return rates;
}
