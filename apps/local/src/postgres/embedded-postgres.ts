import { join, resolve } from 'node:path';
import { keptSecret, readSecret } from '#config/kept-secret.js';
import { makeDataDir } from '../processes/data-dir.js';
import { prepareLogFile } from '../processes/log-file.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { clusterExists, createCluster } from './postgres-cluster.js';
import { databaseUrl } from './postgres-login.js';
import { clusterDirectory, placePostgres } from './postgres-placement.js';
import { bringUpPostmaster } from './postgres-start.js';
import { adoptPostmaster, stopPostmaster, type Postmaster } from './postmaster.js';
import { explainFileError, StartError } from '../processes/start-error.js';

export interface PostgresOptions {
  /** Directory of the cluster (`postgres/`), its password and its log. */
  readonly dataDir: string;
  /** Port to use if it is free; otherwise another free one is chosen. */
  readonly preferredPort?: number;
  /** Server settings on top of the defaults, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Environment of the server alone, such as a library to load before it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onProgress?: (message: string) => void;
  /** Aborts the start; the server is stopped. */
  readonly signal?: AbortSignal;
}

export interface RunningPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True if the server ran already. The process that started it may still rely on it. */
  readonly isAdopted: boolean;
  readonly exited: Promise<void>;
  /** Ends all sessions and waits until the server is gone. */
  stop(): Promise<void>;
}

/**
 * Runs a real PostgreSQL on 127.0.0.1 with the database `outdial`. Its data stay in `dataDir` between runs. A server
 * that still runs on the same data is adopted; one that crashed is recovered.
 * @throws StartError with a sentence that names the obstacle.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  try {
    return await start({ ...options, dataDir });
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function start(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDir, settings = {}, signal, onProgress = () => undefined } = options;
  await makeDataDir(dataDir);
  const logFile = join(dataDir, 'logs', 'postgres.log');
  await prepareLogFile(logFile);
  const directory = await clusterDirectory(dataDir);
  const password = await passwordFor(dataDir, await clusterExists(directory));
  const onRecovering = once(() => onProgress('Waiting for PostgreSQL to recover its data …'));
  const adopted = await adoptPostmaster({ directory, password, onRecovering, signal });
  if (adopted) return running(adopted, password, true);

  const placement = await placePostgres(dataDir, await findPostgresBinaries());
  if (!(await clusterExists(placement.directory))) {
    onProgress('Creating the database …');
    await createCluster(placement, { password, isDurable: settings.fsync !== 'off' });
  }
  signal?.throwIfAborted();
  const identity = { ...placement.identity, environment: options.environment };
  const launch = {
    placement: { ...placement, identity },
    password,
    settings,
    logFile,
    onRecovering,
    signal,
    preferredPort: options.preferredPort,
  };
  const { postmaster, isAdopted } = await bringUpPostmaster(launch);
  return running(postmaster, password, isAdopted);
}

async function passwordFor(dataDir: string, hasCluster: boolean): Promise<string> {
  const path = join(dataDir, 'postgres-password');
  if (!hasCluster) return keptSecret(path);
  const password = await readSecret(path);
  if (password) return password;
  throw new StartError(
    `${path} is missing, and without it nobody gets into the database beside it: put it back, or move the ` +
      'database away.',
  );
}

function running(postmaster: Postmaster, password: string, isAdopted: boolean): RunningPostgres {
  const { pid, port, ended } = postmaster;
  const url = databaseUrl({ port, password });
  // Later calls share the first stop: after it, another process may have the pid.
  let stopped: Promise<void> | undefined;
  void ended.then(() => (stopped ??= Promise.resolve()));
  return { url, port, pid, isAdopted, exited: ended, stop: () => (stopped ??= stopPostmaster(postmaster)) };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
