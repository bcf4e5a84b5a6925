import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitsConfig } from '#config/config.js';
import { foreignText } from '#config/foreign-text.js';
import { acrossTenants } from '#database/actor.js';
import { Database } from '#database/database.js';
import type { NormalEmail } from '#rules/email.js';
import { TooManyRequests } from './too-many-requests.js';

/** Under this token the module keeps how much is allowed. */
export const LIMITS_CONFIG = Symbol('LimitsConfig');

const MINUTE = 60;
const LOGIN_WINDOW = 15 * MINUTE;
const LOGIN_FAILURES_PER_ACCOUNT = 10;
const LOGIN_FAILURES_PER_ADDRESS = 100;
const BAD_TOKENS_PER_MINUTE = 100;

/** What is left after a request, for its headers. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * How often somebody may ask. Counts are shared over processes, in the database; while that is away each process counts
 * for itself, so that neither is everybody kept out nor a password guessed at leisure.
 */
@Injectable()
export class Limits {
  private readonly logger = new Logger('Limits');
  private readonly callers: RateLimiterPostgres;
  private readonly addresses: RateLimiterPostgres;
  private readonly accounts: RateLimiterPostgres;
  private readonly guessers: RateLimiterPostgres;
  private readonly setupGuesses: RateLimiterPostgres;
  /** Each process counts for itself: it costs nothing to ask before every request. */
  private readonly badTokens = new RateLimiterMemory({ points: BAD_TOKENS_PER_MINUTE, duration: MINUTE });

  constructor(
    @Inject(LIMITS_CONFIG) private readonly config: LimitsConfig,
    private readonly database: Database,
  ) {
    this.callers = this.shared('caller', config.perCaller, MINUTE);
    this.addresses = this.shared('address', config.perAddress, MINUTE);
    this.accounts = this.shared('login', LOGIN_FAILURES_PER_ACCOUNT, LOGIN_WINDOW);
    this.guessers = this.shared('login_from', LOGIN_FAILURES_PER_ADDRESS, LOGIN_WINDOW);
    this.setupGuesses = this.shared('setup_token', LOGIN_FAILURES_PER_ACCOUNT, LOGIN_WINDOW);
  }

  /** @throws TooManyRequests. @returns null where nothing is limited. */
  async countCaller(id: string): Promise<Allowance | null> {
    return this.config.perCaller === 0 ? null : this.count(this.callers, id, this.config.perCaller);
  }

  /** For requests that carry no token. */
  async countAddress(ip: string): Promise<Allowance | null> {
    return this.config.perAddress === 0 ? null : this.count(this.addresses, ip, this.config.perAddress);
  }

  /** @throws TooManyRequests for an address from which too many bad tokens came. */
  async requireGoodManners(ip: string): Promise<void> {
    const seen = await this.badTokens.get(ip);
    if (seen && seen.consumedPoints > BAD_TOKENS_PER_MINUTE && this.config.perAddress > 0) throw tooMany(seen);
  }

  noteBadToken(ip: string): void {
    void this.badTokens.penalty(ip);
  }

  /** Counted before a password is looked at, so that guesses at once count as well. @throws TooManyRequests. */
  async countLogin(email: NormalEmail, ip: string): Promise<void> {
    if (this.config.perAddress === 0) return;
    await this.count(this.guessers, ip, LOGIN_FAILURES_PER_ADDRESS);
    await this.count(this.accounts, accountKey(email), LOGIN_FAILURES_PER_ACCOUNT);
  }

  /** Whoever knows the password has not guessed. */
  async forgiveLogin(email: NormalEmail, ip: string): Promise<void> {
    if (this.config.perAddress === 0) return;
    await Promise.all([this.accounts.delete(accountKey(email)), this.guessers.reward(ip)]).catch((error: unknown) => {
      this.logger.warn(`Failed logins were not forgotten: ${foreignText(error)}`);
    });
  }

  /**
   * Counted before a setup token is looked at, whatever else is limited: nobody who has it needs ten tries. @throws
   * TooManyRequests.
   */
  async countSetupGuess(ip: string): Promise<void> {
    await this.count(this.setupGuesses, ip, LOGIN_FAILURES_PER_ACCOUNT);
  }

  async forgiveSetupGuess(ip: string): Promise<void> {
    await this.setupGuesses.delete(ip).catch((error: unknown) => {
      this.logger.warn(`Wrong setup tokens were not forgotten: ${String(error)}`);
    });
  }

  private async count(limiter: RateLimiterPostgres, key: string, limit: number): Promise<Allowance> {
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(key);
      return { limit, remaining: remainingPoints, resetSeconds: Math.ceil(msBeforeNext / 1000) };
    } catch (error) {
      throw error instanceof RateLimiterRes ? tooMany(error) : error;
    }
  }

  private shared(keyPrefix: string, points: number, duration: number): RateLimiterPostgres {
    return new RateLimiterPostgres({
      storeClient: this.store(),
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix,
      points: Math.max(points, 1),
      duration,
      // Whoever is over the limit is turned away without asking the database again.
      inMemoryBlockOnConsumed: Math.max(points, 1),
      insuranceLimiter: new RateLimiterMemory({ keyPrefix, points: Math.max(points, 1), duration }),
    });
  }

  /** Limits are nobody's rows, whoever they concern. */
  private store() {
    const run = ({ name, text, values }: { name: string; text: string; values: unknown[] }) =>
      acrossTenants(async () => ({ rows: await this.database.run({ name, text }, values) }));
    return { query: run };
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): TooManyRequests {
  return new TooManyRequests(Math.max(1, Math.ceil(msBeforeNext / 1000)));
}

/** Emails are no business of a table of counts. */
function accountKey(email: NormalEmail): string {
  return createHash('sha256').update(email).digest('base64url');
}
