import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitsConfig } from '#config/limits-config.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { logAttack, type AttackSign } from './attack-log.js';
import { addressKey } from './address-key.js';
import { AddressMeter, type Reading } from './address-meter.js';
import { TooManyRequests, type Allowance } from '../errors/too-many-requests.js';

/** Injection token of the limits that the operator sets. */
export const LIMITS_CONFIG = Symbol('LimitsConfig');

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const BAD_TOKENS_PER_MINUTE = 100;
const FORGED_WEBHOOKS_PER_MINUTE = 100;

/** Limits that the operator cannot change: on guesses at secrets, and on mail that clients can have sent. */
const ALWAYS = {
  login: { points: 10, duration: 15 * MINUTE },
  login_from: { points: 100, duration: 15 * MINUTE },
  password: { points: 10, duration: 15 * MINUTE },
  setup_token: { points: 10, duration: 15 * MINUTE },
  reset_mail: { points: 3, duration: HOUR },
  reset_from: { points: 30, duration: HOUR },
  invitation_mail: { points: 5, duration: HOUR },
} as const;

type AlwaysLimited = keyof typeof ALWAYS;

/** Creates a meter for what is counted before every request. Each process counts for itself, which costs no query. */
function inThisProcess(): AddressMeter {
  return new AddressMeter({ windowMs: MINUTE * 1000 });
}

/**
 * Counts requests and guesses, and rejects those beyond a limit. All processes share the counts, in the database. While
 * the database is away, each process counts for itself. So clients are not locked out, and a password cannot be guessed
 * without limit.
 */
@Injectable()
export class Limits {
  private readonly logger = new Logger('Limits');
  private readonly callers: RateLimiterPostgres;
  private readonly addresses: RateLimiterPostgres;
  private readonly always: Readonly<Record<AlwaysLimited, RateLimiterPostgres>>;
  private readonly requests = inThisProcess();
  private readonly badTokens = inThisProcess();
  private readonly forgedWebhooks = inThisProcess();

  constructor(
    @Inject(LIMITS_CONFIG) private readonly config: LimitsConfig,
    private readonly database: Database,
  ) {
    this.callers = this.shared('caller', config.perCaller, MINUTE);
    this.addresses = this.shared('address', config.perAddress, MINUTE);
    const limiters = Object.entries(ALWAYS).map(([name, { points, duration }]) => [
      name,
      this.shared(name, points, duration),
    ]);
    this.always = Object.fromEntries(limiters) as Record<AlwaysLimited, RateLimiterPostgres>;
  }

  /** Counts a request by its user or API key. @throws TooManyRequests. @returns null if there is no limit. */
  async countCaller(id: string): Promise<Allowance | null> {
    const { perCaller: limit } = this.config;
    return limit === 0 ? null : this.count(this.callers, id, { policy: ROUTES, limit, windowSeconds: MINUTE });
  }

  /** Counts a request without a token by its address. */
  async countAddress(ip: string): Promise<Allowance | null> {
    const { perAddress: limit } = this.config;
    if (limit === 0) return null;
    return this.count(this.addresses, addressKey(ip), { policy: ROUTES, limit, windowSeconds: MINUTE });
  }

  /** Counts every request by its address. @throws TooManyRequests. */
  countRequest(ip: string): void {
    const { allPerAddress: limit } = this.config;
    if (limit > 0) requireWithin(this.requests.count(ip, performance.now()), 'total', limit);
  }

  /** Checks an address. @throws TooManyRequests if it has sent too many bad tokens. */
  requireGoodManners(ip: string): void {
    if (this.config.perAddress === 0) return;
    requireWithin(this.badTokens.read(ip, performance.now()), 'bad_tokens', BAD_TOKENS_PER_MINUTE);
  }

  noteBadToken(ip: string): void {
    this.badTokens.count(ip, performance.now());
  }

  /** Checks an address. @throws TooManyRequests if it has sent too many forged provider webhooks. */
  requireGenuineWebhooks(ip: string): void {
    requireWithin(this.forgedWebhooks.read(ip, performance.now()), 'forged_callbacks', FORGED_WEBHOOKS_PER_MINUTE);
  }

  noteForgedWebhook(ip: string): void {
    this.forgedWebhooks.count(ip, performance.now());
  }

  /** Counts a login before its password is checked, so that simultaneous guesses count. @throws TooManyRequests. */
  async countLogin(email: NormalEmail, ip: string): Promise<void> {
    const account = accountKey(email);
    await this.logLock('login_locked', account, async () => {
      await this.countAlways('login_from', addressKey(ip));
      await this.countAlways('login', account);
    });
  }

  /** Forgets the failed logins of an account whose user has logged in, and takes one back from the address. */
  async forgiveLogin(email: NormalEmail, ip: string): Promise<void> {
    await this.forgive('login', accountKey(email));
    await this.always.login_from.reward(addressKey(ip)).catch((error: unknown) => this.warn(error));
  }

  /** Counts a try before the password of a signed-in user is checked. @throws TooManyRequests. */
  countPasswordGuess(userId: string): Promise<void> {
    return this.logLock('password_guess_locked', userId, () => this.countAlways('password', userId));
  }

  forgivePasswordGuess(userId: string): Promise<void> {
    return this.forgive('password', userId);
  }

  /** Counts a try before its setup token is checked. @throws TooManyRequests. */
  countSetupGuess(ip: string): Promise<void> {
    return this.logLock('setup_token_locked', null, () => this.countAlways('setup_token', addressKey(ip)));
  }

  forgiveSetupGuess(ip: string): Promise<void> {
    return this.forgive('setup_token', addressKey(ip));
  }

  /** Counts requests for password resets by address, for all users together. @throws TooManyRequests. */
  countForgotten(ip: string): Promise<void> {
    return this.countAlways('reset_from', addressKey(ip));
  }

  /** True if a person may be sent another reset mail now. An error would tell who has an account. */
  async mayMailReset(email: NormalEmail): Promise<boolean> {
    return this.countAlways('reset_mail', accountKey(email)).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TooManyRequests) return false;
        throw error;
      },
    );
  }

  /** Counts invitations to a person, by all tenants. @throws TooManyRequests. */
  countInvitation(email: NormalEmail): Promise<void> {
    return this.countAlways('invitation_mail', accountKey(email));
  }

  private async logLock(sign: AttackSign, account: string | null, count: () => Promise<void>): Promise<void> {
    try {
      await count();
    } catch (error) {
      if (error instanceof TooManyRequests) logAttack(sign, { account });
      throw error;
    }
  }

  private async countAlways(what: AlwaysLimited, key: string): Promise<void> {
    const { points: limit, duration: windowSeconds } = ALWAYS[what];
    await this.count(this.always[what], key, { policy: what, limit, windowSeconds });
  }

  private async forgive(what: AlwaysLimited, key: string): Promise<void> {
    await this.always[what].delete(key).catch((error: unknown) => this.warn(error));
  }

  private warn(error: unknown): void {
    this.logger.warn('Failed attempts were not forgotten; they count until their time is over', { err: error });
  }

  private async count(limiter: RateLimiterPostgres, key: string, policy: Policy): Promise<Allowance> {
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(key);
      return { ...policy, remaining: remainingPoints, resetSeconds: Math.ceil(msBeforeNext / 1000) };
    } catch (error) {
      throw error instanceof RateLimiterRes ? tooMany(error.msBeforeNext, policy) : error;
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
      // A caller over the limit is rejected without asking the database again.
      inMemoryBlockOnConsumed: Math.max(points, 1),
      insuranceLimiter: new RateLimiterMemory({ keyPrefix, points: Math.max(points, 1), duration }),
    });
  }

  /** Runs the limiter's statements for no tenant, since rows of limits have none. */
  private store() {
    const run = ({ name, text, values }: { name: string; text: string; values: unknown[] }) =>
      acrossTenants(async () => ({ rows: await this.database.run({ name, text }, values) }));
    return { query: run };
  }
}

type Policy = Pick<Allowance, 'policy' | 'limit' | 'windowSeconds'>;

/** Names the policy of the operator's limits by caller and by address, of which one request meets one. */
const ROUTES = 'default';

function requireWithin({ count, leftMs }: Reading, policy: string, limit: number): void {
  if (count > limit) throw tooMany(leftMs, { policy, limit, windowSeconds: MINUTE });
}

function tooMany(leftMs: number, policy: Policy): TooManyRequests {
  const resetSeconds = Math.max(1, Math.ceil(leftMs / 1000));
  return new TooManyRequests(resetSeconds, { ...policy, remaining: 0, resetSeconds });
}

/** Returns the key of an account. It is a hash, so that neither the table nor the log has the email. */
export function accountKey(email: NormalEmail): string {
  return createHash('sha256').update(email).digest('base64url');
}
