import { Injectable, Logger } from '@nestjs/common';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import type { CallReport } from '#rules/call/call-report.js';

/**
 * Records what the environment's provider and the test world's simulator report over streams. The sweeper's look-ups
 * find what is missed here.
 */
@Injectable()
export class ProviderReports {
  private readonly logger = new Logger('ProviderReports');
  private readonly underWay = new Set<Promise<unknown>>();
  private stopStreams: readonly (() => Promise<void>)[] = [];

  constructor(
    private readonly routes: RouteResolver,
    private readonly recorder: CallRecorder,
  ) {}

  start(): void {
    const providers = [this.routes.own.provider, this.routes.test.provider];
    this.stopStreams = providers.flatMap((provider) => provider.stream?.((report) => this.handle(report)) ?? []);
  }

  /** Ends the streams and waits until all reports are recorded. The database is still connected. */
  async stop(): Promise<void> {
    const { stopStreams } = this;
    this.stopStreams = [];
    await Promise.all(stopStreams.map((stop) => stop()));
    await Promise.all(this.underWay);
  }

  private handle(report: CallReport): void {
    const recorded = this.recorder.record(report).catch((error: unknown) => {
      this.logger.error('Call report was not recorded', { dialer_job_id: report.dialerJobId, err: error });
    });
    this.underWay.add(recorded);
    void recorded.finally(() => this.underWay.delete(recorded));
  }
}
