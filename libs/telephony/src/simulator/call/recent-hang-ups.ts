/**
 * Limit of remembered hang-ups. Each is needed until the call would have ended by itself, two hours at most. The limit
 * allows more than one hang-up a second.
 */
const MOST_REMEMBERED = 10_000;

/** Remembers hang-ups in milliseconds since the call was placed, and forgets the oldest. */
export class RecentHangUps {
  private readonly times = new Map<string, number>();

  constructor(private readonly most = MOST_REMEMBERED) {}

  remember(key: string, atMs: number): void {
    this.times.set(key, atMs);
    const [oldest] = this.times.keys();
    if (this.times.size > this.most && oldest !== undefined) this.times.delete(oldest);
  }

  find(key: string): number | undefined {
    return this.times.get(key);
  }
}
