import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { Poller } from '#runtime/poller.js';
import { TELEPHONY_PROVIDER } from '#dialer/routes/telephony-provider.token.js';
import type { ProviderClaim, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { DialProcessor } from './dial.processor.js';
import { ProviderReports } from '../provider/provider-reports.js';
import { ProviderLease } from '../provider/provider-lease.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Starts placing calls and listening to live ones. A provider whose calls belong to one process starts when this worker
 * has its lease. Any other starts at once (docs/decisions/0017-one-owner-of-an-engine.md).
 */
@Injectable()
export class ProviderDuty implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ProviderDuty');
  private claim: ProviderClaim | null = null;
  private isOnDuty = false;
  private readonly poller = new Poller({ pauseMs: LOOK_EVERY_MS }, () => this.look());
  private lastStatus = '';

  constructor(
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
    private readonly lease: ProviderLease,
    private readonly reports: ProviderReports,
    private readonly processor: DialProcessor,
  ) {}

  onApplicationBootstrap(): void {
    if (this.provider.claim) this.poller.start();
    else this.begin();
  }

  /** Gives up the lease before the calls here have ended, so that another host need not wait for them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    await this.leave();
  }

  /** Acquires or renews the lease. While the database is down no other worker can have it, so live calls go on. */
  private async look(): Promise<void> {
    try {
      this.claim ??= this.provider.claim?.() ?? null;
      if (!this.claim) this.lease.standBy();
      const isMine = this.claim !== null && (await this.lease.acquire(this.claim.holder));
      if (isMine && !this.isOnDuty) this.begin();
      if (!isMine) await this.standBy();
    } catch (error) {
      this.logStatus('Lease of the provider could not be checked', { err: error });
    }
  }

  private begin(): void {
    this.isOnDuty = true;
    this.reports.start();
    this.processor.start();
    if (this.provider.claim) this.logStatus('This worker places the calls of the provider');
  }

  private async standBy(): Promise<void> {
    if (this.isOnDuty) {
      const provider = this.provider.name;
      this.logger.warn('Another worker has the lease of the provider; calls in this process are ended', { provider });
      this.processor.pause();
    }
    await this.leave();
    this.logStatus('Another worker places the calls of the provider; this one stands by');
  }

  private async leave(): Promise<void> {
    const { claim, isOnDuty } = this;
    this.isOnDuty = false;
    if (claim && isOnDuty) await this.lease.giveUp(claim.holder).catch(() => undefined);
    await this.reports.stop();
    claim?.release();
    this.claim = null;
  }

  /** Logs a status once, until it changes. */
  private logStatus(status: string, fields: { readonly err?: unknown } = {}): void {
    const key = `${status} ${foreignText(fields.err ?? '')}`;
    if (key !== this.lastStatus) this.logger.log(status, { provider: this.provider.name, ...fields });
    this.lastStatus = key;
  }
}
