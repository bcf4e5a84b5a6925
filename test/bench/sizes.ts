import type { BenchOptions } from './options.js';

/** Amounts and durations of the measurements. */
export interface Sizes {
  readonly leads: number;
  readonly fewLeads: number;
  /** Starts of each of the two campaigns, in turn. */
  readonly starts: number;
  /** Left out at the beginning of every campaign: connections, plans and compiled code come up in it. */
  readonly warmUpSeconds: number;
  readonly pipelineSeconds: number;
  readonly baselineSeconds: number;
  readonly slotsSeconds: number;
  readonly memorySeconds: number;
  readonly callbackSeconds: number;
  readonly importRows: number;
  readonly fewImportRows: number;
  /** Requests for each page of a list. */
  readonly pages: number;
}

const FULL = {
  starts: 25,
  warmUpSeconds: 2,
  pipelineSeconds: 15,
  baselineSeconds: 5,
  slotsSeconds: 20,
  memorySeconds: 15,
  callbackSeconds: 30,
  importRows: 1_000_000,
  fewImportRows: 100_000,
  pages: 30,
};
const QUICK = {
  starts: 5,
  warmUpSeconds: 1,
  pipelineSeconds: 2,
  baselineSeconds: 1,
  slotsSeconds: 2,
  memorySeconds: 2,
  callbackSeconds: 10,
  importRows: 10_000,
  fewImportRows: 1_000,
  pages: 5,
};

export function sizesFor({ isQuick, leads }: BenchOptions): Sizes {
  return { leads, fewLeads: 1_000, ...(isQuick ? QUICK : FULL) };
}

/**
 * Settings for throughput. Enough slots hide the round trip through database and queue. The worker runs as many jobs at
 * once as pay off.
 */
export const PIPELINE = { slots: 1_000, workerConcurrency: 100, poolSize: 10 } as const;

/** Slots of the start, slots and memory measurements. */
export const STEADY_SLOTS = 100;

/** Provider webhooks that one API is sent each second: those of a good eighty new calls. */
export const CALLBACKS_PER_SECOND = 500;

/** Numbers of campaigns over which the calls are spread, in turn. */
export const CALLBACK_CAMPAIGNS = [1, 20, 100, 500] as const;

/** Calls of one second on average, over all ways a simulated call can go. */
export const ONE_SECOND_CALLS = { SIMULATOR_RING_SECONDS: '0.25', SIMULATOR_TALK_SECONDS: '0.97' } as const;
export const INSTANT_CALLS = { SIMULATOR_RING_SECONDS: '0', SIMULATOR_TALK_SECONDS: '0' } as const;
