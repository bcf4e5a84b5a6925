import { randomBytes } from 'node:crypto';
import { awaitReady } from '../../../apps/local/src/start/api-endpoint.js';
import { ensureAppLogin } from '../../../apps/local/src/postgres/app-login.js';
import { freePort } from '../../../apps/local/src/processes/ports.js';
import { AppProcess } from './app-process.js';
import { BenchApi, type Login } from './bench-api.js';

const HOST = '127.0.0.1';

/** Production takes none that can be guessed. */
const AUTH_SECRET = randomBytes(48).toString('base64');

/** Login of the processes, which in production refuse to log in as the owner of the database. */
const LOGIN = 'outdial_bench';
const LOGIN_PASSWORD = randomBytes(18).toString('base64url');

export interface SystemSettings {
  /** URL with the login of the database's owner. */
  readonly databaseUrl: string;
  /** Null: the queue is in the database. */
  readonly redisUrl: string | null;
  readonly logFile: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The built API, and the built worker once it is wanted, on one database. */
export class BenchSystem {
  private startedWorker: AppProcess | undefined;

  private constructor(
    private readonly settings: SystemSettings,
    readonly origin: string,
    readonly api: AppProcess,
  ) {}

  static async start(given: SystemSettings): Promise<BenchSystem> {
    const settings = { ...given, databaseUrl: await plainLogin(given.databaseUrl) };
    const port = await freePort(HOST);
    const api = AppProcess.start('api', { ...environmentOf(settings), PORT: String(port) }, settings.logFile);
    const system = new BenchSystem(settings, `http://${HOST}:${port}`, api);
    try {
      await awaitReady({ host: HOST, port, origin: system.origin }, settings.logFile, settings.signal);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  startWorker(): AppProcess {
    return (this.startedWorker = AppProcess.start('worker', environmentOf(this.settings), this.settings.logFile));
  }

  logIn(login: Login): Promise<BenchApi> {
    return BenchApi.logIn(this.origin, login);
  }

  async stop(): Promise<void> {
    await Promise.all([this.startedWorker?.stop(), this.api.stop()]);
  }
}

/** @returns the URL of the same database by a login that may do nothing but what Outdial needs. */
async function plainLogin(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl);
  url.username = LOGIN;
  url.password = LOGIN_PASSWORD;
  await ensureAppLogin(ownerUrl, url.href);
  return url.href;
}

/** Settings of whoever runs the bench must not leak into what is measured: an empty one is an absent one. */
function environmentOf({ databaseUrl, redisUrl, environment }: SystemSettings): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl ?? '',
    AUTH_SECRET,
    LOG_LEVEL: 'warn',
    PUBLIC_URL: '',
    CALLS_PER_SECOND: '',
    CALLER_IDS: '',
    ALLOWED_COUNTRIES: '*',
    ALLOWED_NUMBER_KINDS: '',
    TENANT_MINUTES: 'unlimited',
    TENANT_CONCURRENT_CALLS: 'unlimited',
    TENANT_CALLS_PER_DAY: 'unlimited',
    TENANT_OPEN_IMPORTS: 'unlimited',
    TENANT_IMPORT_BYTES: 'unlimited',
    WORKER_CONCURRENCY: '',
    RATE_LIMIT_PER_CALLER: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_ALL_PER_ADDRESS: '0',
    REGISTRATION: 'open',
    SUPABASE_URL: '',
    SUPABASE_JWT_SECRET: '',
    TELEPHONY_PROVIDER: 'simulator',
    SIMULATOR_FAULTS: '',
    OUTDIAL_FAILPOINTS: '',
    ...environment,
  };
}
