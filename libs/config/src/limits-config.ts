import type { Settings } from './settings.js';

/** Requests per minute; 0: no limit. */
export interface LimitsConfig {
  /** Requests a minute of each user and each API key. */
  readonly perCaller: number;
  /** From each address, to routes that want no token. */
  readonly perAddress: number;
  /** From each address to each process, whatever they ask for. */
  readonly allPerAddress: number;
}

/** One address may be that of ten callers: a company's, or a program's with several keys. */
const CALLERS_OF_AN_ADDRESS = 10;
const LEAST_OF_AN_ADDRESS = 6_000;

export function readLimits(settings: Settings): LimitsConfig {
  const bounds = { min: 0, max: 1_000_000, integer: true };
  const perCaller = settings.number('RATE_LIMIT_PER_CALLER', { ...bounds, default: 600 });
  const usual = Math.max(LEAST_OF_AN_ADDRESS, CALLERS_OF_AN_ADDRESS * perCaller);
  return {
    perCaller,
    perAddress: settings.number('RATE_LIMIT_PER_ADDRESS', { ...bounds, default: 300 }),
    allPerAddress: settings.number('RATE_LIMIT_ALL_PER_ADDRESS', { ...bounds, default: usual }),
  };
}
