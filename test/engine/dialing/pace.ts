import type { INestApplicationContext } from '@nestjs/common';
import { expect } from 'vitest';
import { CallPlacer } from '#dialer/place/call-placer.js';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';

export const CALLS_PER_SECOND = 5;
/** Number of calls that a worker places at the same time. */
export const WORKER_CONCURRENCY = 2;
export const PACE = { CALLS_PER_SECOND: `${CALLS_PER_SECOND}`, WORKER_CONCURRENCY: `${WORKER_CONCURRENCY}` };

/** The times at which workers began to place dialer jobs. The pace does not depend on what became of them. */
export class Entries {
  private readonly enteredAt = new Map<string, number>();

  watch<Worker extends INestApplicationContext>(worker: Worker): Worker {
    const placer = worker.get(CallPlacer);
    const place = placer.place.bind(placer);
    placer.place = (dialerJobId) => {
      if (!this.enteredAt.has(dialerJobId)) this.enteredAt.set(dialerJobId, performance.now());
      return place(dialerJobId);
    };
    return worker;
  }

  at({ dialerJobId }: PlaceCallRequest): number {
    return this.enteredAt.get(dialerJobId)!;
  }
}

/** Expects that any two seconds' worth of calls, one after another, took more than 0.9 s. */
export function expectPaced(askedAt: readonly number[]): void {
  const inOrder = askedAt.toSorted((one, other) => one - other);
  for (const [index, at] of inOrder.entries()) {
    const later = inOrder[index + 2 * CALLS_PER_SECOND];
    if (later !== undefined) expect(later - at).toBeGreaterThan(900);
  }
}
