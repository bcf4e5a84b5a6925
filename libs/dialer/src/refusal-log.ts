import { Logger } from '@nestjs/common';

const SAY_EVERY_MS = 60_000;
const MOST_REMEMBERED = 200;

/** Tells the log of a provider that takes no calls: each reason once a minute, with how often it came. */
export class RefusalLog {
  private readonly logger = new Logger('Provider');
  private readonly reasons = new Map<string, { saidAtMs: number; unsaid: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  note(provider: string, code: string): void {
    const reason = `${provider} took no call: ${code}`;
    const known = this.reasons.get(reason);
    if (known && this.nowMs() - known.saidAtMs < SAY_EVERY_MS) {
      known.unsaid += 1;
      return;
    }
    if (this.reasons.size >= MOST_REMEMBERED) this.reasons.clear();
    this.reasons.set(reason, { saidAtMs: this.nowMs(), unsaid: 0 });
    const before = known?.unsaid ? `, and ${known.unsaid} times before` : '';
    this.logger.warn(`${reason}${before}. Nobody loses an attempt by it.`);
  }
}
