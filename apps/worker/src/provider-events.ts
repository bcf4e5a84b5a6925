import { Inject, Injectable, Logger } from '@nestjs/common';
import { foreignText } from '#config/foreign-text.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { TELEPHONY_PROVIDER } from '#dialer/lines/telephony-provider.token.js';
import type { CallEvent } from '#rules/call-event.js';
import type { TelephonyProvider } from '#telephony/telephony-provider.js';

/**
 * Takes down what a provider tells over a connection of ours; what is missed here is found by the sweeper's look-ups.
 */
@Injectable()
export class ProviderEvents {
  private readonly logger = new Logger('ProviderEvents');
  private readonly underWay = new Set<Promise<unknown>>();
  private stopStream: (() => Promise<void>) | undefined;

  constructor(
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
    private readonly recorder: CallRecorder,
  ) {}

  start(): void {
    this.stopStream = this.provider.stream?.((event) => this.take(event));
  }

  /** While the database is still there. */
  async stop(): Promise<void> {
    const { stopStream } = this;
    this.stopStream = undefined;
    await stopStream?.();
    await Promise.all(this.underWay);
  }

  private take(event: CallEvent): void {
    const recorded = this.recorder.record(event).catch((error: unknown) => {
      this.logger.error(`An event of dialer job ${event.dialerJobId} was not recorded: ${foreignText(error)}`);
    });
    this.underWay.add(recorded);
    void recorded.finally(() => this.underWay.delete(recorded));
  }
}
