import { Logger } from '@nestjs/common';
import { LogThrottle } from '#runtime/log-throttle.js';

/** Logs that a provider takes no calls: each reason once a minute, with how often it was left out. */
export class RejectionLog {
  private readonly logger = new Logger('Provider');
  private readonly reasons: LogThrottle;

  constructor(nowMs?: () => number) {
    this.reasons = new LogThrottle(nowMs);
  }

  note(provider: string, code: string): void {
    const reason = `${provider} ${code}`;
    const unsaid = this.reasons.suppressedSince(reason);
    if (unsaid === null) return;
    this.logger.warn('Provider rejected calls; their leads lose no attempt', { provider, code, suppressed: unsaid });
  }
}
