import { Injectable, Logger } from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { Lines } from '#dialer/routes/route-resolver.js';
import type { CallEvent } from '#rules/call/call-report.js';

/**
 * Takes down what the provider of the environment, and the simulator of the test world, tell over connections of ours;
 * what is missed here is found by the sweeper's look-ups.
 */
@Injectable()
export class ProviderEvents {
  private readonly logger = new Logger('ProviderEvents');
  private readonly underWay = new Set<Promise<unknown>>();
  private stopStreams: readonly (() => Promise<void>)[] = [];

  constructor(
    private readonly lines: Lines,
    private readonly recorder: CallRecorder,
  ) {}

  start(): void {
    const providers = [this.lines.own.provider, this.lines.test.provider];
    this.stopStreams = providers.flatMap((provider) => provider.stream?.((event) => this.take(event)) ?? []);
  }

  /** While the database is still there. */
  async stop(): Promise<void> {
    const { stopStreams } = this;
    this.stopStreams = [];
    await Promise.all(stopStreams.map((stop) => stop()));
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
