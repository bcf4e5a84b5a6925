import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig, type Config } from '#config/config.js';
import { ALLOWED_COUNTRIES_HINT } from '#config/operator-config.js';
import { childEnvironment, processConfig, required } from '#config/process-environment.js';
import { keptSecret } from '#config/kept-secret.js';
import { awaitReady, chooseEndpoint, requireFreePort, type ApiEndpoint } from './api-endpoint.js';
import { appUrl, openAppLogin } from '../postgres/app-login.js';
import { ClosingStack } from '../processes/closing-stack.js';
import { makeDataDir } from '../processes/data-dir.js';
import { lockDataDir } from '../processes/data-dir-lock.js';
import { keptCredentialsKeys } from './credentials-keys.js';
import { migrate, migrateAsOwner, openDatabase, type LocalDatabase } from '../postgres/local-database.js';
import { logLine, prepareLogFile } from '../processes/log-file.js';
import { whenAborted } from '../processes/patience.js';
import { explainFileError, StartError } from '../processes/start-error.js';
import type { ChildProgram } from '../processes/supervised-child.js';
import { Supervisor } from '../processes/supervisor.js';

export interface SystemOptions {
  /** Settings on top of this process's own, for the launcher and its children. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Programs in the order of their start; by default the API and the worker. */
  readonly children?: readonly ChildProgram[];
  /** Called with news for a person at the terminal: slow steps, and later restarts. */
  readonly onProgress?: (message: string) => void;
  /** Aborts a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface RunningSystem {
  readonly config: Config;
  /** Address without a path, such as `http://127.0.0.1:3000`. */
  readonly origin: string;
  readonly apiUrl: string;
  readonly databaseUrl: string;
  readonly logFile: string;
  /** Resolves when a child has ended for good; the system should then be stopped. */
  readonly gaveUp: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * Starts the whole system on one machine: database, migrations, API and worker. API and worker are supervised
 * processes.
 * @throws StartError or ConfigurationError with a sentence to print; all that was started before is stopped.
 */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const closing = new ClosingStack();
  const config = configFor(options);
  try {
    return await bringUp(options, config, closing);
  } catch (error) {
    await closing.close();
    throw explainFileError(error, config.dataDir);
  }
}

/** Longest wait for the children of a killed launcher, which end by themselves and use the port until then. */
const ORPHAN_PATIENCE_MS = 15_000;

async function bringUp(options: SystemOptions, config: Config, closing: ClosingStack): Promise<RunningSystem> {
  const endpoint = await chooseEndpoint(config);
  await makeDataDir(config.dataDir);
  const lock = await lockDataDir(config.dataDir, endpoint.origin);
  closing.add(() => lock.release());
  await requireFreePort(endpoint, lock.wasAbandoned ? ORPHAN_PATIENCE_MS : 0, options.signal);

  const logFile = join(config.dataDir, 'logs', 'outdial.log');
  await prepareLogFile(logFile);
  const site: Site = { options, config, endpoint, logFile, closing, note: noteTo(logFile, options.onProgress) };
  const database = await startDatabase(site);
  const gaveUp = await startChildren(site, database);
  return {
    config,
    origin: endpoint.origin,
    apiUrl: `${endpoint.origin}/api/v1`,
    get databaseUrl() {
      return database.url;
    },
    logFile,
    gaveUp: whenAborted(gaveUp) as Promise<Error>,
    stop: () => closing.close(),
  };
}

interface Site {
  readonly options: SystemOptions;
  readonly config: Config;
  readonly endpoint: ApiEndpoint;
  readonly logFile: string;
  readonly closing: ClosingStack;
  readonly note: (message: string) => void;
}

async function startDatabase({ options: { signal }, config, closing, note }: Site): Promise<LocalDatabase> {
  if (config.databaseUrl === null && config.migrationDatabaseUrl !== null) {
    throw new StartError(
      'MIGRATION_DATABASE_URL is set without DATABASE_URL, which says how the processes log in there: set both, ' +
        'or neither.',
    );
  }
  const database = await openDatabase(config, { onNote: note, signal });
  closing.add(() => database.stop());
  signal?.throwIfAborted();
  const { databaseUrl, migrationDatabaseUrl } = config;
  if (migrationDatabaseUrl !== null) await migrateAsOwner(migrationDatabaseUrl, config);
  else await migrate(database.url, config);
  return databaseUrl === null ? withLoginOfItsOwn(database, config) : database;
}

/** Makes the login of the processes, which owns nothing, in a database that only Outdial uses. */
async function withLoginOfItsOwn(database: LocalDatabase, { dataDir }: Config): Promise<LocalDatabase> {
  const password = await keptSecret(join(dataDir, 'app-password'));
  await openAppLogin(database.url, password);
  return {
    get url() {
      return appUrl(database.url, password);
    },
    onMoved: (listener) => database.onMoved(listener),
    stop: () => database.stop(),
  };
}

/** @returns a signal that is aborted, with the error as its reason, if a child ends for good. */
async function startChildren(
  { options, config, endpoint, logFile, closing, note }: Site,
  database: LocalDatabase,
): Promise<AbortSignal> {
  const given = await givenEnvironment(config, endpoint, options);
  const gaveUp = new AbortController();
  const supervisor = new Supervisor({
    logFile,
    environment: () => childEnvironment({ ...given, ...WITHOUT_OWNER, DATABASE_URL: database.url }),
    onNote: note,
    onGiveUp: (error) => gaveUp.abort(error),
  });
  closing.add(() => supervisor.stop());
  database.onMoved(() => void supervisor.restartAll());
  supervisor.start(options.children ?? APPS);
  await awaitReady(endpoint, logFile, AbortSignal.any([gaveUp.signal, ...(options.signal ? [options.signal] : [])]));
  supervisor.systemIsUp();
  return gaveUp.signal;
}

/** Hides the owner's login from the processes. Their own password is part of their URL. */
const WITHOUT_OWNER = { MIGRATION_DATABASE_URL: '', MIGRATION_DATABASE_PASSWORD: '', DATABASE_PASSWORD: '' };

const APPS: readonly ChildProgram[] = [
  { name: 'outdial-api', modulePath: besideThis('../../../api/src/main.js') },
  { name: 'outdial-worker', modulePath: besideThis('../../../worker/src/main.js') },
];

function besideThis(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Returns what the children need beyond this process's own environment. */
async function givenEnvironment(
  config: Config,
  { host, port }: ApiEndpoint,
  { environment }: SystemOptions,
): Promise<Record<string, string>> {
  return {
    ...environment,
    HOST: host,
    PORT: String(port),
    OUTDIAL_DATA_DIR: config.dataDir,
    AUTH_SECRET: config.authSecret ?? (await keptSecret(join(config.dataDir, 'auth-secret'))),
    ...(await keptCredentialsKeys(config)),
    ...drainingSoon(config),
  };
}

/** Seconds for answered SIP calls, well within the supervisor's limit: Ctrl-C does not wait for a long prompt. */
const MOST_DRAIN_SECONDS = 3;

function drainingSoon({ telephony }: Config): Record<string, string> {
  if (telephony.provider !== 'sip') return {};
  return { SIP_DRAIN_SECONDS: String(Math.min(telephony.sip.drainSeconds, MOST_DRAIN_SECONDS)) };
}

function noteTo(logFile: string, onProgress: (message: string) => void = () => undefined): (message: string) => void {
  return (message) => {
    logLine(logFile, message);
    onProgress(message);
  };
}

/** Reads the configuration. The first call reads `.env` into the environment that the second one uses. */
function configFor({ environment = {} }: SystemOptions): Config {
  processConfig();
  const config = readConfig(childEnvironment(environment));
  required(config.operator.allowedCountries, 'ALLOWED_COUNTRIES', ALLOWED_COUNTRIES_HINT);
  return config;
}
