import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest stretch of work in ms. Calls that this process places must not wait longer. */
const STRETCH_MS = 10;

/** Yields to other work of this process after each stretch. */
export class Breather {
  private since = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.since < STRETCH_MS) return;
    await nextTurn();
    this.since = performance.now();
  }
}
