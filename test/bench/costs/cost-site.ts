import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosingStack } from '../../../apps/local/src/processes/closing-stack.js';
import { whenAborted } from '../../../apps/local/src/processes/patience.js';
import type { Progress } from '../progress.js';
import type { AppProcess } from '../site/app-process.js';
import { BenchApi, type Login } from '../site/bench-api.js';
import { BenchDatabase } from '../site/bench-database.js';
import { BenchSystem } from '../site/bench-system.js';
import { startServer } from '../site/postgres-server.js';
import { INSTANT_CALLS } from '../sizes.js';
import { CountingProxy } from './counting-proxy.js';
import type { Measured } from './counters.js';

export interface Run {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A server of its own with one database, on which systems are started one after another. */
export interface CostSite extends Run {
  readonly database: BenchDatabase;
  readonly postmasterPid: number;
  readonly logFile: string;
}

/**
 * Settings under which nothing writes by the clock. Vacuum runs by hand only; no checkpoint falls into the measurement,
 * and no page image follows one.
 */
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  autovacuum: 'off',
  full_page_writes: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '8GB',
};

export async function withCostSite<T>(run: Run, work: (site: CostSite) => Promise<T>): Promise<T> {
  const closing = new ClosingStack();
  try {
    const isAborted = whenAborted(run.signal).then((reason) => Promise.reject(reason as Error));
    return await Promise.race([build(run, closing).then(work), isAborted]);
  } finally {
    await closing.close();
  }
}

async function build(run: Run, closing: ClosingStack): Promise<CostSite> {
  run.progress.note('costs: starting a PostgreSQL of their own …');
  const directory = await mkdtemp(join(tmpdir(), 'outdial-bench-log-'));
  closing.add(() => rm(directory, { recursive: true, force: true }));
  const { server, pid } = await startServer(SETTINGS);
  closing.add(() => server.stop());
  const database = await BenchDatabase.create(server);
  closing.add(() => database.drop());
  await database.query('CREATE EXTENSION pg_stat_statements');
  await database.query('CREATE EXTENSION pg_walinspect');
  return { ...run, database, postmasterPid: pid, logFile: join(directory, 'apps.log') };
}

export interface CostSystem extends CostSite {
  readonly api: BenchApi;
  readonly login: Login;
  readonly worker: AppProcess;
  readonly measured: Measured;
}

export interface SystemPlan {
  /** Count statements of triggers as well, which costs time: not where processor time is what is measured. */
  readonly countsInner: boolean;
  readonly login: Login | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs api and worker on the site's database, their connections led through a counting proxy. */
export async function withSystem<T>(
  site: CostSite,
  { countsInner, login: known, environment }: SystemPlan,
  work: (system: CostSystem) => Promise<T>,
): Promise<T> {
  const { database, logFile, signal, postmasterPid } = site;
  const closing = new ClosingStack();
  try {
    await trackStatements(database, countsInner ? 'all' : 'none');
    const proxy = await CountingProxy.start(database.url);
    closing.add(() => proxy.stop());
    const settings = { databaseUrl: proxy.url, redisUrl: null, logFile, signal };
    const system = await BenchSystem.start({ ...settings, environment: { ...INSTANT_CALLS, ...environment } });
    closing.add(() => system.stop());
    const { api, login } = known
      ? { api: await system.logIn(known), login: known }
      : await BenchApi.register(system.origin);
    const worker = system.startWorker();
    const pids = { postmasterPid, apiPid: system.api.pid, workerPid: worker.pid };
    const measured = { database, ...pids, proxy };
    return await work({ ...site, api, login, worker, measured });
  } finally {
    await closing.close();
  }
}

async function trackStatements(database: BenchDatabase, which: 'all' | 'none'): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await database.query(`ALTER DATABASE ${name} SET pg_stat_statements.track = '${which}'`);
}
