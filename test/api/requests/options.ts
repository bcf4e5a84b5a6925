import { childEnvironment } from '#config/process-environment.js';

/** Enough that each operation is asked for something good and something bad several times. */
const IN_THE_SUITE = 700;

export interface RequestOptions {
  readonly count: number;
  /** Seed of the random numbers; equal seeds draw equal requests, apart from ids. */
  readonly seed: string;
}

/** `REQUESTS` and `REQUESTS_SEED`, as `npm run requests` sets them. */
export function requestOptions(): RequestOptions {
  const { REQUESTS, REQUESTS_SEED } = childEnvironment({});
  const count = Number(REQUESTS ?? IN_THE_SUITE);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`REQUESTS must be a number of requests: ${REQUESTS}`);
  return { count, seed: REQUESTS_SEED ?? 'outdial' };
}
