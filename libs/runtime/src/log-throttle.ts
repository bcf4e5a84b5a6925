import { remember } from './bounded-map.js';

const SAY_EVERY_MS = 60_000;
const MOST_REMEMBERED = 1_000;

/** What comes again and again is said once a minute. */
export class Seldom {
  private readonly said = new Map<string, { readonly atMs: number; unsaid: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @returns how often it was not said since it last was; null: it is not to be said now. */
  due(what: string): number | null {
    const known = this.said.get(what);
    if (known && this.nowMs() - known.atMs < SAY_EVERY_MS) {
      known.unsaid += 1;
      return null;
    }
    remember(this.said, [what, { atMs: this.nowMs(), unsaid: 0 }], MOST_REMEMBERED);
    return known?.unsaid ?? 0;
  }
}
