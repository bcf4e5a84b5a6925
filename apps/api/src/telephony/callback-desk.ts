import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#database/database.js';
import { keepCallback } from '#database/statements/provider-callbacks.js';
import { CallRecorder } from '#dialer/call-recorder.js';
import { JobLines } from '#dialer/job-lines.js';
import { Lines } from '#dialer/lines.js';
import { asStorableText } from '#rules/storable-event.js';
import type { CallbackReading, CallbackRequest } from '#telephony/telephony-provider.js';

/** 204: written down, and committed; 403: not from the provider; 404: not a provider that we call through; 503: to be sent again. */
export type CallbackAnswer = 204 | 403 | 404 | 503;

/** Writes down what providers call back with. */
@Injectable()
export class CallbackDesk {
  private readonly logger = new Logger('Callbacks');

  constructor(
    private readonly lines: Lines,
    private readonly jobLines: JobLines,
    private readonly recorder: CallRecorder,
    private readonly database: Database,
  ) {}

  /** Each account signs for the calls that were placed over it, and for no others. */
  async take(provider: string, callback: CallbackRequest): Promise<CallbackAnswer> {
    try {
      const line = await this.jobLines.of(callback.dialerJobId);
      const { provider: signer } = line ?? this.lines.own;
      const reading = provider === signer.name ? signer.readCallback?.(callback) : undefined;
      if (reading === undefined) return 404;
      if (reading.kind === 'forged') return 403;
      if (line === undefined) await this.keep(provider, callback, 'no such dialer job');
      else await this.apply(provider, callback, reading);
      return 204;
    } catch (error) {
      this.logger.error(`A callback for dialer job ${callback.dialerJobId} was not recorded: ${String(error)}`);
      return 503;
    }
  }

  private async apply(provider: string, callback: CallbackRequest, reading: CallbackReading): Promise<void> {
    if (reading.kind === 'unreadable') await this.keep(provider, callback, reading.cause);
    if (reading.kind === 'events') await Promise.all(reading.events.map((event) => this.recorder.record(event)));
  }

  /** For an operator to look at: `npm run ops -- callbacks`. */
  private async keep(provider: string, { dialerJobId, body }: CallbackRequest, problem: string): Promise<void> {
    await keepCallback(this.database, {
      provider,
      dialerJobId: asStorableText(dialerJobId),
      body: asStorableText(body.toString()),
      problem,
    });
  }
}
