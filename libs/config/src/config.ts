import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { ConfigurationError, Settings, type Environment } from './settings.js';
import { parseFailpoints, type FailpointConfig } from './failpoints.js';
import { RESTORE_SIGNS, type RestoreSign } from '#rules/restore/restore-signs.js';
import { readOperator, type OperatorConfig } from './operator-config.js';
import { readLimits, type LimitsConfig } from './limits-config.js';
import { isLoopbackHost } from './loopback.js';
import { readRegistration, type Registration } from './registration-config.js';
import { readTelephony, type TelephonyConfig } from './telephony-config.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings of the simulated carrier as a process of its own. */
export interface CarrierConfig {
  readonly host: string;
  readonly port: number;
  /** File in which the carrier records its calls; null: none. */
  readonly logFile: string | null;
}

/** Settings that bring one-time links (invitations, password resets) to people. */
export interface AccountConfig {
  /** Receives every link, to send it by mail; null: no program does. */
  readonly webhookUrl: string | null;
  /** base64, `whsec_…`; set if `webhookUrl` is. */
  readonly webhookSecret: string | null;
  /** Page that links lead to. */
  readonly linkUrl: string;
  /** File for links without a webhook, on a system that only its own machine can reach; null: none. */
  readonly linkFile: string | null;
}

/** Supabase project whose users may sign in. */
export interface SupabaseConfig {
  /** Address without a path or a slash at the end. */
  readonly url: string;
  /** Legacy secret of its tokens; null: only tokens that its published keys sign are accepted. */
  readonly jwtSecret: string | null;
  /** Treatment of a new user whose token names no tenant. */
  readonly newUsers: 'own_tenant' | 'refuse';
}

/** All settings of the environment, checked once. Null means: not set. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** Address of the database with the login that owns its tables; null: `databaseUrl`. */
  readonly migrationDatabaseUrl: string | null;
  /**
   * True if a login with more rights than necessary is rejected. It is rejected in production, if others reach the API,
   * or if phones ring.
   */
  readonly needsPlainLogin: boolean;
  readonly redisUrl: string | null;
  readonly authSecret: string | null;
  /** Key of hashes of erased people's numbers; null: a key derived from `authSecret`. */
  readonly personHashKey: string | null;
  /** Previous secret, which still verifies access tokens; null: none. */
  readonly authSecretPrevious: string | null;
  /** Target of suppressions outside of the database: a file's path or an http(s) URL; null: none. */
  readonly suppressionLog: string | null;
  readonly account: AccountConfig;
  /** People who may register by `POST /auth/register`. */
  readonly registration: Registration;
  readonly supabase: SupabaseConfig | null;
  readonly limits: LimitsConfig;
  /** Origins of web pages that may call the API from a browser. Empty unless set. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of proxies whose X-Forwarded-For names the client. Empty unless set. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  readonly worker: {
    /** Dialer jobs that one worker process places at the same time. */
    readonly concurrency: number;
    /** Calls per second over the environment's provider, of all workers together; null: the provider's usual number. */
    readonly callsPerSecond: number | null;
  };
  /** Failpoints for tests of failing processes. Empty unless set. */
  readonly failpoints: FailpointConfig;
  /** Signs of a restored database that are ignored, for tests of the other signs. */
  readonly restoreSignsOff: readonly RestoreSign[];
  readonly carrier: CarrierConfig;
  readonly telephony: TelephonyConfig;
  readonly operator: OperatorConfig;
}

/**
 * Reads and checks the whole environment (README, "Settings").
 * @throws ConfigurationError with one sentence that names the setting.
 */
export function readConfig(env: Environment): Config {
  const settings = new Settings(env);
  const host = settings.text('HOST') ?? '127.0.0.1';
  const port = settings.number('PORT', { default: 3000, min: 0, max: 65535, integer: true });
  const givenUrl = settings.url('PUBLIC_URL', ['http', 'https']);
  const publicUrl = (givenUrl ?? `http://${host}:${port}`).replace(/\/+$/, '');
  const trustedProxies = readProxies(settings);
  const dataDir = resolve(settings.text('OUTDIAL_DATA_DIR') ?? '.outdial');
  const telephony = readTelephony(settings);
  return Object.freeze({
    host,
    port,
    publicUrl,
    account: readAccount(settings, { host, publicUrl, dataDir }),
    registration: readRegistration(settings, {
      host,
      publicUrl: givenUrl,
      trustedProxies,
      provider: telephony.provider,
      simulatorUrl: telephony.simulator.url,
    }),
    supabase: readSupabase(settings),
    limits: readLimits(settings),
    corsOrigins: readOrigins(settings),
    trustedProxies,
    dataDir,
    databaseUrl: readDatabaseUrl('DATABASE', settings),
    migrationDatabaseUrl: readDatabaseUrl('MIGRATION_DATABASE', settings),
    needsPlainLogin: isProduction(settings) || !isLoopbackHost(host) || telephony.provider !== 'simulator',
    redisUrl: settings.url('REDIS_URL', ['redis', 'rediss']),
    authSecret: readSecret(settings, 'AUTH_SECRET'),
    personHashKey: readSecret(settings, 'PERSON_HASH_KEY'),
    authSecretPrevious: readSecret(settings, 'AUTH_SECRET_PREVIOUS'),
    suppressionLog: readSuppressionLog(settings),
    logLevel: settings.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    worker: readWorker(settings),
    failpoints: readFailpoints(settings),
    restoreSignsOff: readRestoreSignsOff(settings),
    carrier: {
      host: settings.text('CARRIER_HOST') ?? '127.0.0.1',
      port: settings.number('CARRIER_PORT', { default: 4010, min: 0, max: 65535, integer: true }),
      logFile: settings.text('CARRIER_LOG'),
    },
    telephony,
    operator: readOperator(settings, { isReal: telephony.provider !== 'simulator' }),
  });
}

const ENVIRONMENTS = ['production', 'development', 'test'] as const;

/** Returns true in production. Another word, such as `prod`, is rejected: it would switch off protections. */
function isProduction(settings: Settings): boolean {
  return settings.choice('NODE_ENV', ENVIRONMENTS, 'development') === 'production';
}

/** Reads a database URL. A separate password, as from a mounted secret, may have any characters. */
function readDatabaseUrl(name: 'DATABASE' | 'MIGRATION_DATABASE', settings: Settings): string | null {
  const text = settings.url(`${name}_URL`, ['postgres', 'postgresql']);
  const password = settings.text(`${name}_PASSWORD`);
  if (password === null) return text;
  if (text === null) throw new ConfigurationError(`${name}_PASSWORD needs ${name}_URL, which says whose it is.`);
  const url = new URL(text);
  if (url.password !== '')
    throw new ConfigurationError(`${name}_URL has a password and ${name}_PASSWORD is set: take one away.`);
  if (url.username === '') throw new ConfigurationError(`${name}_PASSWORD needs a user in ${name}_URL.`);
  url.password = encodeURIComponent(password);
  return url.href;
}

interface Site {
  readonly host: string;
  readonly publicUrl: string;
  readonly dataDir: string;
}

function readAccount(settings: Settings, { host, publicUrl, dataDir }: Site): AccountConfig {
  const webhookUrl = settings.url('ACCOUNT_WEBHOOK_URL', ['http', 'https']);
  const webhookSecret = settings.text('ACCOUNT_WEBHOOK_SECRET');
  const isSecret = webhookSecret !== null && /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(webhookSecret);
  if ((webhookUrl !== null || webhookSecret !== null) && !isSecret) {
    throw new ConfigurationError(
      'ACCOUNT_WEBHOOK_SECRET must be whsec_ and at least 24 bytes in base64; ' +
        'make one with: echo whsec_$(openssl rand -base64 32)',
    );
  }
  const linkUrl = settings.url('ACCOUNT_LINK_URL', ['http', 'https']) ?? `${publicUrl}/docs`;
  const linkFile = isLoopbackHost(host) ? join(dataDir, 'links.log') : null;
  return { webhookUrl, webhookSecret, linkUrl, linkFile };
}

function readSupabase(settings: Settings): SupabaseConfig | null {
  const text = settings.url('SUPABASE_URL', ['http', 'https']);
  const jwtSecret = readSecret(settings, 'SUPABASE_JWT_SECRET');
  const newUsers = settings.choice('SUPABASE_NEW_USERS', ['own_tenant', 'refuse'], 'refuse');
  if (text === null) {
    if (jwtSecret === null) return null;
    throw new ConfigurationError('SUPABASE_JWT_SECRET needs SUPABASE_URL: tokens say which project they come from.');
  }
  const { protocol, hostname, origin } = new URL(text);
  if (protocol === 'http:' && !isLoopbackHost(hostname))
    throw new ConfigurationError('SUPABASE_URL must begin with https://: keys are fetched from there.');
  return { url: origin, jwtSecret, newUsers };
}

/** Least bytes of a secret: HMAC-SHA256 requires a key as long as its output, 32 bytes (RFC 7518 §3.2). */
const SECRET_BYTES = 32;

/** Least number of different characters. A random value of 32 bytes has more, in hex as in base64. */
const LEAST_DISTINCT_CHARACTERS = 10;

function readSecret(settings: Settings, name: string): string | null {
  const secret = settings.text(name);
  if (secret === null) return null;
  const hint = 'make one with: openssl rand -base64 48';
  if (Buffer.byteLength(secret) < SECRET_BYTES)
    throw new ConfigurationError(`${name} must be at least ${SECRET_BYTES} bytes long; ${hint}`);
  if (isProduction(settings) && isGuessable(secret))
    throw new ConfigurationError(`${name} can be guessed, which is not for production; ${hint}`);
  return secret;
}

function isGuessable(secret: string): boolean {
  return new Set(secret).size < LEAST_DISTINCT_CHARACTERS || /secret|password|change.?me|example|default/i.test(secret);
}

function readOrigins(settings: Settings): string[] {
  const origins = listOf(settings, 'CORS_ORIGINS');
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new ConfigurationError(
      `CORS_ORIGINS must be origins as https://app.example.com, separated by commas, not "${origin}".`,
    );
  }
  return origins;
}

function readProxies(settings: Settings): string[] {
  const proxies = listOf(settings, 'TRUSTED_PROXIES');
  for (const proxy of proxies) {
    const [address = '', bits = '0', ...more] = proxy.split('/');
    const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest) continue;
    throw new ConfigurationError(
      `TRUSTED_PROXIES must be addresses or networks as 10.0.0.0/8, separated by commas, not "${proxy}".`,
    );
  }
  return proxies;
}

function listOf(settings: Settings, name: string): string[] {
  const items = (settings.text(name) ?? '').split(',');
  return items.map((item) => item.trim()).filter(Boolean);
}

function readWorker(settings: Settings): Config['worker'] {
  const pace = { default: 1, min: 1, max: 1000, integer: true };
  return {
    concurrency: settings.number('WORKER_CONCURRENCY', { default: 50, min: 1, max: 1000, integer: true }),
    callsPerSecond: settings.text('CALLS_PER_SECOND') === null ? null : settings.number('CALLS_PER_SECOND', pace),
  };
}

function readFailpoints(settings: Settings): FailpointConfig {
  const armed = parseFailpoints(settings.text('OUTDIAL_FAILPOINTS'));
  if (armed.length > 0 && isProduction(settings)) {
    throw new ConfigurationError('OUTDIAL_FAILPOINTS makes processes fail on purpose: it is not for production.');
  }
  return { armed, logFile: settings.text('OUTDIAL_FAILPOINTS_LOG') };
}

function readRestoreSignsOff(settings: Settings): RestoreSign[] {
  const names = listOf(settings, 'OUTDIAL_RESTORE_SIGNS_OFF');
  const signs = RESTORE_SIGNS.filter((sign) => names.includes(sign));
  if (signs.length < new Set(names).size)
    throw new ConfigurationError(`OUTDIAL_RESTORE_SIGNS_OFF must be some of ${RESTORE_SIGNS.join(', ')}.`);
  if (signs.length > 0 && isProduction(settings))
    throw new ConfigurationError('OUTDIAL_RESTORE_SIGNS_OFF hides restored databases: it is not for production.');
  return signs;
}

/** Reads the target of suppressions. A URL of another scheme is rejected, which would otherwise name a file. */
function readSuppressionLog(settings: Settings): string | null {
  const text = settings.text('SUPPRESSION_LOG');
  if (text === null) return null;
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return resolve(text);
  return settings.url('SUPPRESSION_LOG', ['http', 'https']);
}
