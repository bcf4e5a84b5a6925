/** So often in a row a number is spared what the trunk says of it. */
const MOST_IN_A_ROW = 3;
const MOST_NUMBERS = 10_000;

interface Refusals {
  readonly inARow: number;
  readonly sinceMs: number;
}

/**
 * Some trunks say "unavailable" of a destination that they do not reach: while others ring, such a number must not be
 * asked for every half minute for ever. A trunk that lets nobody through is waited for as long as it takes.
 */
export class GivenBackNumbers {
  private readonly refused = new Map<string, Refusals>();
  private rangAtMs = -Infinity;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** The number rang, or came to an end that counts. */
  forget(number: string, { rang }: { rang: boolean }): void {
    if (rang) this.rangAtMs = this.nowMs();
    this.refused.delete(number);
  }

  /** Is this refusal to be taken for the trunk's trouble, and not the number's? */
  mayGiveBack(number: string): boolean {
    const { inARow, sinceMs } = this.refused.get(number) ?? { inARow: 0, sinceMs: this.nowMs() };
    if (inARow >= MOST_IN_A_ROW && this.rangAtMs > sinceMs) {
      this.refused.delete(number);
      return false;
    }
    if (this.refused.size >= MOST_NUMBERS) this.refused.clear();
    this.refused.set(number, { inARow: inARow + 1, sinceMs });
    return true;
  }
}
