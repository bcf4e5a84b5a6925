import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { giveUpLease } from '#database/statements/engine/locks/leases.js';
import { LeaseWatch } from '#dialer/leases/lease-watch.js';
import { TELEPHONY_PROVIDER } from '#dialer/routes/telephony-provider.token.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';

/** A holder that is gone is followed by another after this long, by the clock of the one that follows. */
const LEASE_SECONDS = 10;

/** The holder itself stops believing in it somewhat earlier, by its own clock. */
const BELIEVED_MS = 9_000;

/**
 * Which worker calls over the environment's provider hang on, where it wants one; over any other, each of them may
 * place and look after all.
 */
@Injectable()
export class ProviderLease {
  private readonly isWanted: boolean;
  private readonly name: string;
  private readonly watch: LeaseWatch;
  private believedUntilMs = -Infinity;
  /** Whether it is known how things stand. */
  private isAsked = false;

  constructor(
    private readonly database: Database,
    @Inject(TELEPHONY_PROVIDER) provider: TelephonyProvider,
  ) {
    this.isWanted = provider.claim !== undefined;
    this.name = `provider:${provider.name}`;
    this.watch = new LeaseWatch(database, { name: this.name, seconds: LEASE_SECONDS });
  }

  /** May calls be placed from here? False also for a process that was frozen, until it has asked again. */
  get isHeld(): boolean {
    return !this.isWanted || performance.now() < this.believedUntilMs;
  }

  /**
   * Takes it, or keeps it. @returns false when somebody else has it. @throws when the database cannot be asked: then
   * nobody can.
   */
  async take(holder: string): Promise<boolean> {
    const askedAtMs = performance.now();
    const isMine = await this.watch.take(holder);
    this.believedUntilMs = isMine ? askedAtMs + BELIEVED_MS : -Infinity;
    this.isAsked = true;
    return isMine;
  }

  async giveUp(holder: string): Promise<void> {
    this.believedUntilMs = -Infinity;
    await giveUpLease(this.database, { name: this.name, holder });
  }

  /** There is nothing to ask for: the claim is another process's. */
  standBy(): void {
    this.isAsked = true;
  }

  /** Live calls are looked after by whoever holds it, and by anybody while nobody does. */
  async maySweep(): Promise<boolean> {
    if (this.isHeld) return true;
    return this.isAsked && !(await this.watch.isHeld());
  }
}
