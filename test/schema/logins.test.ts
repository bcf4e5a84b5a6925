import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureAppLogin } from '../../apps/local/src/postgres/app-login.js';
import { migrateAsOwner } from '../../apps/local/src/postgres/local-database.js';
import { startApi } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PASSWORD = 'login password: with @ / # and blanks';

/** Roles belong to the whole server, which other test files use at the same time. */
const RUN = `t${randomBytes(4).toString('hex')}`;

/** Secret that a production configuration accepts. */
const AUTH_SECRET = randomBytes(36).toString('base64');

const PRODUCTION = { NODE_ENV: 'production', AUTH_SECRET };

const REAL_PROVIDER = {
  TELEPHONY_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a-token-of-nobody',
  TWILIO_FROM: '+442079460000',
  PUBLIC_URL: 'https://outdial.example.com',
};

let database: TestDatabase;
const roles = new Set<string>();

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
  const empty = await createEmptyDatabase();
  for (const role of [...roles].toReversed()) await empty.query(`DROP ROLE IF EXISTS ${role}`);
  await empty.drop();
});

function nameOf(name: string): string {
  roles.add(`${RUN}_${name}`);
  return `${RUN}_${name}`;
}

function urlOf(login: string, password = PASSWORD, { url } = database): string {
  const address = new URL(url);
  Object.assign(address, { username: login, password: encodeURIComponent(password) });
  return address.href;
}

/** PostgreSQL 16 and later say with each grant whether its rights are inherited. */
async function hasGrantsByOption(): Promise<boolean> {
  const [row] = await database.query<{ is: boolean }>(
    `SELECT current_setting('server_version_num')::int >= 160000 AS is`,
  );
  return row?.is === true;
}

async function madeLogin(name: string, ...statements: string[]): Promise<string> {
  const login = nameOf(name);
  await database.query(`CREATE ROLE ${login} LOGIN PASSWORD '${PASSWORD}' IN ROLE outdial_app`);
  for (const statement of statements) await database.query(statement.replaceAll('$login', login));
  return login;
}

/** Error about the login when the process starts; null: it starts. */
async function startsAs(login: string, process: 'api' | 'worker', environment: object): Promise<string | null> {
  const config = testConfig(urlOf(login), { HOST: '127.0.0.1', ...environment });
  try {
    await (process === 'api' ? await startApi(config) : await startWorker(config)).close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Each kind of login, and what is said of it. */
const KINDS: Readonly<Record<string, { readonly made: () => Promise<string>; readonly said: string }>> = {
  superuser: { made: () => madeLogin('super', 'ALTER ROLE $login SUPERUSER'), said: 'super is a superuser' },
  bypass: { made: () => madeLogin('bypass', 'ALTER ROLE $login BYPASSRLS'), said: 'bypasses row-level security' },
  maker: { made: () => madeLogin('maker', 'ALTER ROLE $login CREATEROLE'), said: 'may make roles' },
  creator: { made: () => madeLogin('creator', 'ALTER ROLE $login CREATEDB'), said: 'may make databases' },
  replica: { made: () => madeLogin('replica', 'ALTER ROLE $login REPLICATION'), said: 'may replicate' },
  'owner of a table': {
    made: () => madeLogin('owner', 'ALTER TABLE cost_lookups OWNER TO $login'),
    said: 'owner owns tables of Outdial',
  },
  'owner of a table of the queue': {
    made: () => madeLogin('queue', 'ALTER TABLE bullmq.job OWNER TO $login'),
    said: 'queue owns tables of Outdial',
  },
  'owner of a function': {
    made: () => madeLogin('author', 'ALTER FUNCTION current_tenant() OWNER TO $login'),
    said: 'author owns functions of Outdial',
  },
  'owner of the schema': {
    made: () => madeLogin('schema', 'ALTER SCHEMA bullmq OWNER TO $login'),
    said: 'schema owns a schema of Outdial',
  },
  'member of an owner': {
    made: () =>
      madeLogin(
        'member',
        `CREATE ROLE ${nameOf('group')}`,
        `ALTER TABLE areas OWNER TO ${RUN}_group`,
        `GRANT ${RUN}_group TO $login`,
      ),
    said: 'group owns tables of Outdial',
  },
  'member of a member of a superuser': {
    made: () =>
      madeLogin(
        'distant',
        `CREATE ROLE ${nameOf('top')} SUPERUSER`,
        `CREATE ROLE ${nameOf('between')} IN ROLE ${RUN}_top`,
        `GRANT ${RUN}_between TO $login`,
      ),
    said: 'top is a superuser',
  },
  'administrator of an owner, without its rights': {
    made: async () =>
      madeLogin(
        'admin',
        `CREATE ROLE ${nameOf('heirless')}`,
        `ALTER TABLE leases OWNER TO ${RUN}_heirless`,
        ...((await hasGrantsByOption())
          ? [`GRANT ${RUN}_heirless TO $login WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`]
          : ['ALTER ROLE $login NOINHERIT', `GRANT ${RUN}_heirless TO $login WITH ADMIN OPTION`]),
      ),
    said: 'heirless owns tables of Outdial',
  },
  ...Object.fromEntries(
    ['read_all_data', 'write_all_data', 'execute_server_program', 'read_server_files', 'write_server_files'].map(
      (role) => [
        `member of pg_${role}`,
        { made: () => madeLogin(role, `GRANT pg_${role} TO $login`), said: `pg_${role} reads or writes whatever` },
      ],
    ),
  ),
};

describe('A login that may do more than its process has to', () => {
  afterEach(() => vi.restoreAllMocks());

  describe.each(Object.entries(KINDS))('%s', (_, { made, said }) => {
    let login: string;

    beforeAll(async () => {
      login = await made();
    });

    it.each(['api', 'worker'] as const)('keeps the %s from starting in production', async (process) => {
      const sentence = await startsAs(login, process, PRODUCTION);
      expect(sentence).toContain(`DATABASE_URL logs in as ${login}`);
      expect(sentence).toContain(said);
      expect(sentence).not.toContain(PASSWORD);
    });
  });

  it.each([
    ['others reach the API', { HOST: '0.0.0.0' }],
    ['phones ring', REAL_PROVIDER],
  ])('is refused where %s', async (_, environment) => {
    for (const process of ['api', 'worker'] as const) {
      expect(await startsAs(`${RUN}_super`, process, environment)).toContain('is a superuser');
    }
  });

  it('is warned of on a machine that only plays', async () => {
    let log = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (log += String(text)) !== '');
    for (const process of ['api', 'worker'] as const) {
      log = '';
      expect(await startsAs(`${RUN}_super`, process, { LOG_LEVEL: 'warn' })).toBeNull();
      expect(log).toMatch(/"level":"warn".*DATABASE_URL logs in as \S+_super/);
    }
  });

  it('is none of them: a member of outdial_app alone starts anywhere, and so does outdial_app', async () => {
    const plain = await madeLogin('plain');
    for (const environment of [PRODUCTION, { HOST: '0.0.0.0' }, REAL_PROVIDER]) {
      expect(await startsAs(plain, 'api', environment)).toBeNull();
      expect(await startsAs(plain, 'worker', environment)).toBeNull();
    }
    const role = testConfig(database.url, PRODUCTION);
    await (await startApi(role)).close();
  });

  it('is refused everywhere where it works as roles that may do more', async () => {
    const own = await createTestDatabase();
    try {
      await own.query('ALTER TABLE leases OWNER TO outdial_app');
      for (const start of [startApi, startWorker]) {
        await expect(start(testConfig(own.url))).rejects.toThrow(
          "may do too much, so that no tenant is kept from another's rows: outdial_app owns tables of Outdial",
        );
      }
    } finally {
      await own.drop();
    }
  });

  it('that is no member of outdial_app is refused, whatever it may do', async () => {
    const login = nameOf('stranger');
    await database.query(`CREATE ROLE ${login} LOGIN PASSWORD '${PASSWORD}'`);
    expect(await startsAs(login, 'api', {})).toMatch(/permission denied to set role/);
  });
});

describe('The login that migrations make', () => {
  let own: TestDatabase;

  beforeAll(async () => {
    own = await createEmptyDatabase();
  });

  afterAll(() => own.drop());

  it('is made with the tables, starts both processes, and is left alone a second time', async () => {
    const login = nameOf('made');
    const config = testConfig(urlOf(login, PASSWORD, own), PRODUCTION);
    expect((await migrateAsOwner(own.url, config)).login).toBe('made');
    await (await startApi(config)).close();
    await (await startWorker(config)).close();
    expect(await migrateAsOwner(own.url, config)).toEqual({ applied: [], login: 'kept' });
  });

  it('gets the password that DATABASE_URL has now, kept as a verifier alone', async () => {
    const login = nameOf('renewed');
    expect(await ensureAppLogin(own.url, urlOf(login, 'first', own))).toBe('made');
    expect(await ensureAppLogin(own.url, urlOf(login, 'second ä', own))).toBe('password set');
    expect(await ensureAppLogin(own.url, urlOf(login, 'second ä', own))).toBe('kept');
    const [kept] = await own.query<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [
      login,
    ]);
    expect(kept!.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it('comes from two migrations at once', async () => {
    const url = urlOf(nameOf('twice'), PASSWORD, own);
    const outcomes = await Promise.all([1, 2, 3].map(() => ensureAppLogin(own.url, url)));
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1);
    // One that looks after the first has ended logs in already.
    for (const outcome of outcomes) expect(['made', 'password set', 'kept']).toContain(outcome);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.end();
  });

  it('is never another role whose password was mistaken', async () => {
    const [other, above] = [nameOf('other'), nameOf('above')];
    await own.query(`CREATE ROLE ${other} LOGIN PASSWORD 'theirs'`);
    await own.query(`CREATE ROLE ${above} LOGIN SUPERUSER PASSWORD 'theirs' IN ROLE outdial_app`);
    for (const [login, why] of [
      [other, 'is no member of outdial_app'],
      [above, 'is a superuser'],
    ] as const) {
      const attempt = ensureAppLogin(own.url, urlOf(login, 'mistaken', own));
      await expect(attempt).rejects.toThrow(`${login} exists, does not log in with this password`);
      await expect(attempt).rejects.toThrow(why);
      expect(await ensureAppLogin(own.url, urlOf(login, 'theirs', own))).toBe('kept');
    }
  });

  it('is asked for by hand where the owner may not make roles', async () => {
    const owner = nameOf('helpless');
    await own.query(`CREATE ROLE ${owner} LOGIN PASSWORD 'x'`);
    const attempt = ensureAppLogin(urlOf(owner, 'x', own), urlOf(nameOf('wanted'), 'y', own));
    await expect(attempt).rejects.toThrow(/could not be made: permission denied.*CREATE ROLE \S+_wanted LOGIN/);
  });
});
