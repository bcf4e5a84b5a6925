import type { Freeze } from './failpoints/thawer.js';

const EVERY_MS = 100;
const STALL_MS = 300;

/** Notes when this process was not let run: then the machine had no time for the others either. */
export class StallWatch {
  readonly noted: Freeze[] = [];
  private lookedAt = Date.now();
  private readonly timer = setInterval(() => this.look(), EVERY_MS);

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = Date.now();
    if (now - this.lookedAt > STALL_MS) this.noted.push({ startedAt: this.lookedAt, endedAt: now });
    this.lookedAt = now;
  }
}
