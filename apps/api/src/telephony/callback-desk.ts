import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '#database/database.js';
import { keepCallback } from '#database/statements/provider-callbacks.js';
import { CallRecorder } from '#dialer/call-recorder.js';
import { JobCampaigns } from '#dialer/job-campaigns.js';
import { TELEPHONY_PROVIDER } from '#dialer/telephony-provider.token.js';
import { asStorableText } from '#rules/storable-event.js';
import type { CallbackRequest, TelephonyProvider } from '#telephony/telephony-provider.js';

/** 204: written down, and committed; 403: not from the provider; 404: not the provider that we call through; 503: to be sent again. */
export type CallbackAnswer = 204 | 403 | 404 | 503;

/** Writes down what providers call back with. */
@Injectable()
export class CallbackDesk {
  private readonly logger = new Logger('Callbacks');

  constructor(
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
    private readonly jobCampaigns: JobCampaigns,
    private readonly recorder: CallRecorder,
    private readonly database: Database,
  ) {}

  async take(provider: string, callback: CallbackRequest): Promise<CallbackAnswer> {
    const reading = provider === this.provider.name ? this.provider.readCallback?.(callback) : undefined;
    if (reading === undefined) return 404;
    if (reading.kind === 'forged') return 403;
    try {
      if ((await this.jobCampaigns.find(callback.dialerJobId)) === undefined)
        await this.keep(callback, 'no such dialer job');
      else if (reading.kind === 'unreadable') await this.keep(callback, reading.cause);
      else await Promise.all(reading.events.map((event) => this.recorder.record(event)));
      return 204;
    } catch (error) {
      this.logger.error(`A callback for dialer job ${callback.dialerJobId} was not recorded: ${String(error)}`);
      return 503;
    }
  }

  /** For an operator to look at: `npm run ops -- callbacks`. */
  private async keep({ dialerJobId, body }: CallbackRequest, problem: string): Promise<void> {
    await keepCallback(this.database, {
      provider: this.provider.name,
      dialerJobId: asStorableText(dialerJobId),
      body: asStorableText(body.toString()),
      problem,
    });
  }
}
