import { pause } from '../processes/patience.js';

export interface SmokeClock {
  now(): Date;
  /** Returns at once when `signal` is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: SmokeClock = { now: () => new Date(), pause };
