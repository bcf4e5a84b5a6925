import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { TELEPHONY_PROVIDER } from '#dialer/routes/telephony-provider.token.js';
import type { ProviderClaim, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { DialProcessor } from './dial.processor.js';
import { ProviderEvents } from '../provider/provider-reports.js';
import { ProviderLease } from '../provider/provider-lease.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Begins to place calls, and to listen to those on the line: at once, or, over a provider whose calls hang on one
 * process, when it is this worker's turn (docs/decisions/0017-one-owner-of-an-engine.md).
 */
@Injectable()
export class ProviderDuty implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ProviderDuty');
  private claim: ProviderClaim | null = null;
  private isOnDuty = false;
  private isStopped = false;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private lastWords = '';

  constructor(
    @Inject(TELEPHONY_PROVIDER) private readonly provider: TelephonyProvider,
    private readonly lease: ProviderLease,
    private readonly events: ProviderEvents,
    private readonly processor: DialProcessor,
  ) {}

  onApplicationBootstrap(): void {
    if (this.provider.claim) this.schedule(0);
    else this.begin();
  }

  /** The lease goes first: another host need not wait until the calls here are over. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
    await this.leave();
  }

  private schedule(milliseconds: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.look().finally(() => this.schedule(LOOK_EVERY_MS));
    }, milliseconds);
  }

  /** A database that is away gives it to nobody else: the calls on the line go on. */
  private async look(): Promise<void> {
    try {
      this.claim ??= this.provider.claim?.() ?? null;
      if (!this.claim) this.lease.standBy();
      const isMine = this.claim !== null && (await this.lease.take(this.claim.holder));
      if (isMine && !this.isOnDuty) this.begin();
      if (!isMine) await this.standBy();
    } catch (error) {
      this.say(`It could not be asked who places calls over ${this.provider.name}: ${foreignText(error)}`);
    }
  }

  private begin(): void {
    this.isOnDuty = true;
    this.events.start();
    this.processor.start();
    if (this.provider.claim) this.say(`Calls over ${this.provider.name} are placed by this worker.`);
  }

  private async standBy(): Promise<void> {
    const { name } = this.provider;
    if (this.isOnDuty) this.logger.warn(`Calls over ${name} are another worker's now: those that hang here are ended.`);
    if (this.isOnDuty) this.processor.pause();
    await this.leave();
    this.say(`Calls over ${name} are placed by another worker; this one stands by.`);
  }

  private async leave(): Promise<void> {
    const { claim, isOnDuty } = this;
    this.isOnDuty = false;
    if (claim && isOnDuty) await this.lease.giveUp(claim.holder).catch(() => undefined);
    await this.events.stop();
    claim?.release();
    this.claim = null;
  }

  /** Once, until there is something else to say. */
  private say(words: string): void {
    if (words !== this.lastWords) this.logger.log(words);
    this.lastWords = words;
  }
}
