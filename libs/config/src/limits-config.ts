import type { Settings } from './settings.js';

/** Requests per minute; 0: no limit. */
export interface LimitsConfig {
  /** Requests a minute of each user and each API key. */
  readonly perCaller: number;
  /** Requests of each address to paths that need no token. */
  readonly perAddress: number;
  /** Requests of each address to each process, to any path. */
  readonly allPerAddress: number;
}

/** Callers that may share one address: a company's users, or a program with several keys. */
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
