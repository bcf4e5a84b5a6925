import { Logger } from '@nestjs/common';
import { Seldom } from '#runtime/log-throttle.js';

/** Tells the log of a provider that takes no calls: each reason once a minute, with how often it came. */
export class RefusalLog {
  private readonly logger = new Logger('Provider');
  private readonly reasons: Seldom;

  constructor(nowMs?: () => number) {
    this.reasons = new Seldom(nowMs);
  }

  note(provider: string, code: string): void {
    const reason = `${provider} took no call: ${code}`;
    const unsaid = this.reasons.due(reason);
    if (unsaid === null) return;
    const before = unsaid > 0 ? `, and ${unsaid} times before` : '';
    this.logger.warn(`${reason}${before}. Nobody loses an attempt by it.`);
  }
}
