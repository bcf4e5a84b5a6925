import type { Clock } from '#agent/clock.js';

const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Does `work` again when it fails, as long as a database may take to come back. @throws what it threw the last time.
 */
export async function persistently<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch {
      await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
    }
  }
  return work();
}
