import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { migrateDatabase } from '#database/migrate.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { startPostgres, type RunningPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import { clusterDirectory } from '../../apps/local/src/postgres/postgres-placement.js';
import { quickestFolder } from './quickest-folder.js';
import { until } from './until.js';

const run = promisify(execFile);

/**
 * Settings of the server. The test stops it in order before it copies anything, so nothing need reach the disk at once.
 */
const SETTINGS = { max_connections: '100', autovacuum: 'off', restore_command: 'false', fsync: 'off' };
const DATABASE = 'outdial';

/** Mode of the folder of the data. Started by root, PostgreSQL runs as another user, who has to reach its data. */
const OTHERS_MAY_PASS = 0o711;

/** Rows of every table, as JSON. */
type Dump = ReadonlyMap<string, string>;

/** A PostgreSQL of its own that can be put back in every way in which people restore a backup. */
export class RestorablePostgres {
  private constructor(
    private readonly dataDir: string,
    private running: RunningPostgres,
  ) {}

  /**
   * Starts a PostgreSQL with the schema in it.
   * @param isAnother makes it anew, with a system identifier that no other has.
   */
  static async start({ isAnother = false } = {}): Promise<RestorablePostgres> {
    const dataDir = isAnother ? await newCluster() : await copyOf(await (base ??= newCluster()));
    return new RestorablePostgres(dataDir, await startPostgres({ dataDir, settings: SETTINGS }));
  }

  get url(): string {
    return this.running.url;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return on(this.url, async (client) => (await client.query<Row>(text, values)).rows);
  }

  /** Stops the server, copies its directory and starts it again. @returns where the copy is. */
  async copyDirectory(): Promise<string> {
    await this.running.stop();
    const copy = await newDirectory();
    await run('cp', ['-a', await clusterDirectory(this.dataDir), join(copy, 'postgres')]);
    await this.start();
    return copy;
  }

  /**
   * Puts a copied directory in the place of the present one. @param asNewTimeline recovered from it, as a standby or a
   * point in time is.
   */
  async putBackDirectory(copy: string, { asNewTimeline = false } = {}): Promise<void> {
    await this.running.stop();
    const directory = await clusterDirectory(this.dataDir);
    await run('rm', ['-rf', directory]);
    await run('cp', ['-a', join(copy, 'postgres'), directory]);
    if (asNewTimeline) await signalRecovery(directory);
    await this.start();
    await this.recovered();
  }

  /** Ends the present timeline where it stands, as a promotion does. */
  async promote(): Promise<void> {
    await this.running.stop();
    await signalRecovery(await clusterDirectory(this.dataDir));
    await this.start();
    await this.recovered();
  }

  /** A copy of the database beside it, in the same server. */
  async copyDatabase(name: string): Promise<void> {
    await this.asAdministrator(async (client) => {
      await closeTo(client, DATABASE);
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${DATABASE}`);
      await client.query(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS true`);
    });
  }

  /** Renames that copy into the place of the present one. */
  async putBackDatabase(name: string): Promise<void> {
    await this.asAdministrator(async (client) => {
      await closeTo(client, DATABASE);
      await client.query(`ALTER DATABASE ${DATABASE} RENAME TO former_${name}`);
      await client.query(`ALTER DATABASE ${name} RENAME TO ${DATABASE}`);
    });
  }

  /** The rows of all tables, in one snapshot: what pg_dump makes. */
  dump(): Promise<Dump> {
    return on(this.url, dumpRows);
  }

  /** Loads rows into the database in place of those that it has. */
  async load(dump: Dump): Promise<void> {
    await this.asAdministrator((client) => closeTo(client, DATABASE));
    await this.asAdministrator((client) => client.query(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS true`));
    await until('the rows are loaded', () =>
      on(this.url, (client) => loadRows(client, dump)).then(() => true, ofDeadlock),
    );
  }

  /** Loads rows into a new server, which answers at the same port from now on. */
  async loadIntoAnotherServer(dump: Dump): Promise<void> {
    const other = await RestorablePostgres.start({ isAnother: true });
    await other.load(dump);
    await on(other.url, (client) =>
      client.query(`ALTER ROLE outdial PASSWORD ${pg.escapeLiteral(passwordOf(this.url))}`),
    );
    await other.running.stop();
    await this.running.stop();
    const [from, to] = [await clusterDirectory(other.dataDir), await clusterDirectory(this.dataDir)];
    await run('rm', ['-rf', to]);
    await run('cp', ['-a', from, to]);
    await other.discard();
    await this.start();
  }

  /** Ends every session of Outdial, as a restart of the network does. */
  async cutSessions(): Promise<void> {
    await this.asAdministrator((client) => client.query(TERMINATE, [DATABASE]));
  }

  async discard(): Promise<void> {
    await this.running.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async start(): Promise<void> {
    const preferredPort = this.running.port;
    this.running = await startPostgres({ dataDir: this.dataDir, settings: SETTINGS, preferredPort });
    if (this.running.port !== preferredPort) throw new Error(`PostgreSQL did not get port ${preferredPort} again`);
  }

  /** A server that goes over to a new timeline can be read before that. */
  private async recovered(): Promise<void> {
    await until('recovery has ended', async () => {
      const [row] = await this.query<{ is_over: boolean }>(`SELECT NOT pg_is_in_recovery() AS is_over`);
      return row!.is_over;
    });
  }

  private asAdministrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const url = new URL(this.url);
    url.pathname = '/postgres';
    return on(url.href, work);
  }
}

/** Made once for all tests of a file, which begin with copies of it. */
let base: Promise<string> | undefined;

async function newCluster(): Promise<string> {
  const dataDir = await newDirectory();
  const running = await startPostgres({ dataDir, settings: SETTINGS });
  await migrateDatabase(running.url);
  await migrateQueue(running.url);
  await running.stop();
  return dataDir;
}

async function copyOf(dataDir: string): Promise<string> {
  const copy = await newDirectory();
  await run('cp', ['-a', await clusterDirectory(dataDir), join(copy, 'postgres')]);
  await run('cp', ['-a', join(dataDir, 'postgres-password'), copy]);
  return copy;
}

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(await quickestFolder(), 'outdial-restore-'));
  await chmod(directory, OTHERS_MAY_PASS);
  return directory;
}

async function signalRecovery(directory: string): Promise<void> {
  const path = join(directory, 'recovery.signal');
  await writeFile(path, '');
  const { uid, gid } = await stat(directory);
  await chown(path, uid, gid);
}

function passwordOf(url: string): string {
  return decodeURIComponent(new URL(url).password);
}

const TERMINATE = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = $1 AND pid <> pg_backend_pid()`;

async function closeTo(client: pg.Client, database: string): Promise<void> {
  await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
  await client.query(TERMINATE, [database]);
}

async function on<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const TABLES = `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
  WHERE schemaname IN ('public', 'bullmq') ORDER BY 1`;

async function dumpRows(client: pg.Client): Promise<Dump> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const { rows: tables } = await client.query<{ name: string }>(TABLES);
  const dump = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ rows: string }>(
      `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${name} t`,
    );
    dump.set(name, rows[0]!.rows);
  }
  await client.query('COMMIT');
  return dump;
}

/** Lets the caller load its rows again after a deadlock: workers are back before all tables are locked. */
function ofDeadlock(error: unknown): false {
  if (error instanceof pg.DatabaseError && error.code === '40P01') return false;
  throw error;
}

async function loadRows(client: pg.Client, dump: Dump): Promise<void> {
  await client.query(`BEGIN; SET LOCAL session_replication_role = replica`);
  await client.query(`TRUNCATE ${[...dump.keys()].join(', ')}`);
  for (const [name, rows] of dump) {
    const columns = await insertable(client, name);
    await client.query(
      `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE
       SELECT ${columns} FROM json_populate_recordset(null::${name}, $1)`,
      [rows],
    );
  }
  await client.query('COMMIT');
}

async function insertable(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ') AS columns FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  return rows[0]!.columns;
}
