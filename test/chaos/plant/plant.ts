import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase } from '#database/migrate.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { seededRandom } from '#rules/values/seeded-random.js';
import { awaitReady } from '../../../apps/local/src/start/api-endpoint.js';
import { appUrl, openAppLogin } from '../../../apps/local/src/postgres/app-login.js';
import { ClosingStack } from '../../../apps/local/src/processes/closing-stack.js';
import { freePort } from '../../../apps/local/src/processes/ports.js';
import { FailpointSchedule, type Role } from '../failpoints/failpoint-schedule.js';
import { Thawer } from '../failpoints/thawer.js';
import type { ChaosOptions } from '../options.js';
import { TcpProxy } from '../tcp-proxy.js';
import { AppProcess, type Life } from './app-process.js';
import { PlantCarrier } from './carrier.js';
import { ChaosDatabase } from './chaos-database.js';
import { watchCommits } from './commit-notes.js';
import { PlantPostgres } from './postgres.js';
import { besidePlant, carrierProgram, telephonySettings } from './provider.js';
import { PlantRedis } from './redis.js';
import { SetClock } from './set-clock.js';

const HOST = '127.0.0.1';

/** The processes log in as in production. */
const APP_PASSWORD = randomBytes(18).toString('base64url');

/** Mode of the directory: PostgreSQL, started by root, may have to run as another user who needs its data. */
const OTHERS_MAY_PASS = 0o711;

/** The whole system on this machine, every connection of which can be disturbed. */
export interface Plant {
  readonly directory: string;
  readonly origin: string;
  readonly postgres: PlantPostgres;
  readonly redis: PlantRedis | null;
  readonly carrier: PlantCarrier;
  readonly carrierEventLog: string;
  readonly postgresLog: string;
  readonly proxies: PlantProxies;
  readonly database: ChaosDatabase;
  readonly api: AppProcess;
  readonly workers: readonly PlantWorker[];
  readonly failpoints: FailpointSchedule;
  readonly thawer: Thawer;
  /** Environment of every process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes every process run without failpoints from its next life on. */
  disarm(): void;
  stop(): Promise<void>;
}

export interface PlantProxies {
  readonly database: TcpProxy;
  readonly carrier: TcpProxy;
  /** Proxy for the carrier's webhooks; null if the carrier reports over Outdial's own connections. */
  readonly callbacks: TcpProxy | null;
  readonly redis: TcpProxy | null;
}

export interface PlantWorker {
  readonly process: AppProcess;
  /** Skew of the clock in the worker's next life. */
  clockSkewMs: number;
}

export async function startPlant(options: ChaosOptions, signal: AbortSignal): Promise<Plant> {
  const closing = new ClosingStack();
  try {
    return await build(options, closing, signal);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function build(options: ChaosOptions, closing: ClosingStack, signal: AbortSignal): Promise<Plant> {
  const directory = await mkdtemp(join(tmpdir(), 'outdial-chaos-'));
  await chmod(directory, OTHERS_MAY_PASS);
  await mkdir(join(directory, 'logs'));
  await mkdir(join(directory, 'data'));
  const servers = await startServers(options, directory, closing);
  const failpoints = new FailpointSchedule(seededRandom(options.seed, 'failpoints'));
  const failpointLog = join(directory, 'logs', 'failpoints.ndjson');
  const thawer = new Thawer(failpointLog, failpoints, seededRandom(options.seed, 'thawer'));
  const apps = await startApps({ options, directory, servers, failpoints, failpointLog, closing });
  closing.add(async () => thawer.stop());
  await awaitReady({ host: HOST, port: apps.port, origin: apps.origin }, join(directory, 'logs', 'api.log'), signal);
  const environment = environmentOf({ ...servers, directory }, options);
  return { directory, environment, ...servers, ...apps, failpoints, thawer, stop: () => closing.close() };
}

type Servers = Pick<
  Plant,
  'postgres' | 'redis' | 'carrier' | 'carrierEventLog' | 'postgresLog' | 'proxies' | 'database'
> & { readonly apiPort: number };

async function startServers(options: ChaosOptions, directory: string, closing: ClosingStack): Promise<Servers> {
  const clock = options.faults.includes('F23') && !options.isShort ? SetClock.in(directory) : null;
  const postgres = await PlantPostgres.start(join(directory, 'database'), clock);
  closing.add(() => postgres.stop());
  const redis = options.backend === 'redis' ? await PlantRedis.start(join(directory, 'redis')) : null;
  if (redis) closing.add(() => redis.kill());
  await migrateDatabase(postgres.url);
  await migrateQueue(postgres.url);
  await openAppLogin(postgres.url, APP_PASSWORD);
  const database = new ChaosDatabase(postgres.url);
  closing.add(() => database.close());
  await watchCommits(database);
  const carrierEventLog = join(directory, 'carrier.ndjson');
  const program = carrierProgram(options, carrierEventLog);
  const carrier = await PlantCarrier.start(program, join(directory, 'logs', 'carrier.log'));
  closing.add(() => carrier.stop());
  const apiPort = await freePort(HOST);
  const proxies = {
    database: await proxyTo(postgres.port, closing),
    carrier: await proxyTo(carrier.port, closing),
    callbacks: options.provider === 'twilio' ? await proxyTo(apiPort, closing) : null,
    redis: redis && (await proxyTo(redis.port, closing)),
  };
  const postgresLog = join(directory, 'database', 'logs', 'postgres.log');
  return { postgres, redis, carrier, carrierEventLog, postgresLog, proxies, database, apiPort };
}

async function proxyTo(port: number, closing: ClosingStack): Promise<TcpProxy> {
  const proxy = await TcpProxy.listen(port);
  closing.add(() => proxy.close());
  return proxy;
}

interface AppsOrder {
  readonly options: ChaosOptions;
  readonly directory: string;
  readonly servers: Servers;
  readonly failpoints: FailpointSchedule;
  readonly failpointLog: string;
  readonly closing: ClosingStack;
}

type Apps = Pick<Plant, 'origin' | 'api' | 'workers' | 'disarm'> & { readonly port: number };

async function startApps({ options, directory, servers, failpoints, failpointLog, closing }: AppsOrder): Promise<Apps> {
  const { apiPort: port } = servers;
  let isArmed = options.faults.includes('F3');
  // Another version may have other failpoints: its worker would not start with ours.
  const hasOurFailpoints = (role: Role) => role === 'api' || options.workerFrom === null;
  const lifeOf = (role: Role): Life => ({
    environment: {
      ...environmentOf({ ...servers, directory }, options),
      OUTDIAL_FAILPOINTS: isArmed && hasOurFailpoints(role) ? failpoints.next(role) : '',
      OUTDIAL_FAILPOINTS_LOG: failpointLog,
    },
    nodeArguments: [],
  });
  const program = (role: Role, name: string) => ({
    modulePath: modulePath(role, options),
    logFile: join(directory, 'logs', `${name}.log`),
  });
  const api = new AppProcess('api', program('api', 'api'), () => lifeOf('api'));
  const workers = Array.from({ length: options.workers }, (_, index) => startWorker(`worker-${index + 1}`));
  function startWorker(name: string): PlantWorker {
    const worker: PlantWorker = {
      clockSkewMs: 0,
      process: new AppProcess(name, program('worker', name), () => ({
        ...lifeOf('worker'),
        nodeArguments: skewArguments(worker.clockSkewMs),
      })),
    };
    return worker;
  }
  for (const app of [api, ...workers.map((worker) => worker.process)]) {
    app.start();
    closing.add(() => app.stop());
  }
  return { port, origin: `http://${HOST}:${port}`, api, workers, disarm: () => void (isArmed = false) };
}

function modulePath(role: Role, { workerFrom }: ChaosOptions): string {
  if (role === 'api') return besidePlant('../../../apps/api/src/main.js');
  return workerFrom === null ? besidePlant('../../../apps/worker/src/main.js') : join(workerFrom, WORKER_PROGRAM);
}

/** Path of the worker in a built checkout. */
export const WORKER_PROGRAM = 'dist/apps/worker/src/main.js';

function skewArguments(skewMs: number): string[] {
  return skewMs === 0 ? [] : ['--import', `${new URL('skewed-clock.js', import.meta.url).href}?${skewMs}`];
}

/** Settings of whoever runs this must not leak in: an empty one is an absent one. */
function environmentOf(
  { postgres, proxies, apiPort, directory }: Servers & { readonly directory: string },
  options: ChaosOptions,
): Record<string, string> {
  const databaseUrl = new URL(appUrl(postgres.url, APP_PASSWORD));
  databaseUrl.port = String(proxies.database.port);
  return {
    NODE_ENV: 'test',
    HOST,
    PORT: String(apiPort),
    DATABASE_URL: databaseUrl.href,
    REDIS_URL: proxies.redis ? `redis://${HOST}:${proxies.redis.port}` : '',
    AUTH_SECRET: 'a secret of the chaos run that is long enough to be one',
    OUTDIAL_DATA_DIR: join(directory, 'data'),
    SUPPRESSION_LOG: join(directory, 'suppressions.ndjson'),
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_CALLER: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_ALL_PER_ADDRESS: '0',
    // The load registers its tenant over the API, also where the fake counts as a real provider.
    REGISTRATION: 'open',
    SUPABASE_URL: '',
    SUPABASE_JWT_SECRET: '',
    WORKER_CONCURRENCY: '',
    ...telephonySettings(options, {
      carrierUrl: urlOf(proxies.carrier),
      callbacksUrl: proxies.callbacks && urlOf(proxies.callbacks),
    }),
  };
}

function urlOf({ port }: TcpProxy): string {
  return `http://${HOST}:${port}`;
}

export function discardPlant({ directory }: Plant): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}
