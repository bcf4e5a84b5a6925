import { BoundedMap } from '#runtime/bounded-map.js';

/** Consecutive refunds after which a number may be charged with its attempt. */
const MOST_IN_A_ROW = 3;
const MOST_NUMBERS = 10_000;

interface Rejections {
  readonly inARow: number;
  readonly sinceMs: number;
}

/**
 * Decides if an attempt that the trunk rejected as "unavailable" is refunded. Some trunks say so of a destination that
 * they never reach. While other numbers ring, such a number must not be dialed every 30 s for ever. If no number rings,
 * the trunk itself is down, and attempts are refunded as long as that lasts.
 */
export class GivenBackNumbers {
  private readonly rejections = new BoundedMap<string, Rejections>(MOST_NUMBERS);
  private rangAtMs = -Infinity;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Records that the number rang, or that its call ended in a way that counts. */
  forget(number: string, { rang }: { rang: boolean }): void {
    if (rang) this.rangAtMs = this.nowMs();
    this.rejections.delete(number);
  }

  /** Tells if this rejection is the trunk's fault and not the number's, so that the attempt is refunded. */
  mayGiveBack(number: string): boolean {
    const { inARow, sinceMs } = this.rejections.get(number) ?? { inARow: 0, sinceMs: this.nowMs() };
    if (inARow >= MOST_IN_A_ROW && this.rangAtMs > sinceMs) {
      this.rejections.delete(number);
      return false;
    }
    this.rejections.set(number, { inARow: inARow + 1, sinceMs });
    return true;
  }
}
