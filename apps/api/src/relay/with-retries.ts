import type { Clock } from '#agent/clock.js';

const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Repeats failing work for as long as a database may take to come back. @throws the error of the last try.
 */
export async function withRetries<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch {
      await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
    }
  }
  return work();
}
