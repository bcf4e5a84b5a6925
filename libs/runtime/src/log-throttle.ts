import { BoundedMap } from './bounded-map.js';

const SAY_EVERY_MS = 60_000;
const MOST_REMEMBERED = 1_000;

/** Limits a message that recurs to once a minute. */
export class LogThrottle {
  private readonly said = new BoundedMap<string, { readonly atMs: number; unsaid: number }>(MOST_REMEMBERED);

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @returns how often the message was left out since it was last logged. Null when it is not to be logged now. */
  suppressedSince(what: string): number | null {
    const known = this.said.get(what);
    if (known && this.nowMs() - known.atMs < SAY_EVERY_MS) {
      known.unsaid += 1;
      return null;
    }
    this.said.set(what, { atMs: this.nowMs(), unsaid: 0 });
    return known?.unsaid ?? 0;
  }
}
