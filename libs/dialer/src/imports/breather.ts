import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work at a stretch: calls that this process places must not wait for longer. */
const STRETCH_MS = 10;

/** Lets others of this process have their turn when a piece of work has lasted for a stretch. */
export class Breather {
  private since = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.since < STRETCH_MS) return;
    await nextTurn();
    this.since = performance.now();
  }
}
