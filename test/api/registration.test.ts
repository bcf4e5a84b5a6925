import { Logger } from '@nestjs/common';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Environment } from '#config/settings.js';
import type { Answer } from '../support/api-client.js';
import { PASSWORD, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const CLOSED = { status: 403, body: { code: 'registration_closed', status: 403 } };
const TOKEN = /^st_[\w-]{43}$/;

describe('POST /auth/register', () => {
  let database: TestDatabase;
  let directory: string;
  const running: RunningApi[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'outdial-registration-'));
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((api) => api.close()));
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Starts an API with the data directory of this test, or another one. */
  async function start(environment: Environment): Promise<RunningApi> {
    const api = await startApi(testConfig(database.url, { OUTDIAL_DATA_DIR: directory, ...environment }));
    running.push(api);
    return api;
  }

  function register({ client }: RunningApi, more: object = {}): Promise<Answer> {
    const email = `person-${crypto.randomUUID()}@example.com`;
    return client.post('/auth/register', { email, password: PASSWORD, business_name: 'Example Voice', ...more });
  }

  const countTenants = async () => (await database.query('SELECT id FROM tenants')).length;
  const kept = () => readFile(join(directory, 'setup-token'), 'utf8');
  const filesIn = async () => (await readdir(directory)).filter((name) => name.startsWith('setup-token'));

  describe('where registration is closed', () => {
    it('refuses everybody before the body is judged, and says whom to ask', async () => {
      const api = await start({ REGISTRATION: 'closed' });
      for (const body of [{}, { email: 'no email' }, [], { role: 'admin' }, { setup_token: 'st_x' }])
        expect(await api.client.post('/auth/register', body)).toMatchObject(CLOSED);
      const { body } = await register(api);
      expect(body['detail']).toMatch(/ask the operator .*npm run ops -- tenant create --email/);
      expect(await countTenants()).toBe(0);
      expect(await filesIn()).toEqual([]);
    });

    it.each<[string, Environment]>([
      ['whoever listens on every address', { HOST: '0.0.0.0' }],
      ['what has a public URL', { PUBLIC_URL: 'https://dialer.example.com' }],
      ['what stands behind a proxy', { TRUSTED_PROXIES: '127.0.0.1' }],
      ['what calls over a carrier elsewhere', { SIMULATOR_URL: 'http://carrier.example:4010' }],
    ])('is so by default for %s', async (_who, environment) => {
      const api = await start({ REGISTRATION: '', ...environment });
      expect(await register(api)).toMatchObject(CLOSED);
      expect(await countTenants()).toBe(0);
    });
  });

  describe('where registration is open', () => {
    it('is so by default on this machine with the simulator', async () => {
      expect((await register(await start({ REGISTRATION: '' }))).status).toBe(201);
    });

    it('takes no setup token, and names the field', async () => {
      const answer = await register(await start({}), { setup_token: 'st_anything' });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'setup_token' }] } });
      expect(await countTenants()).toBe(0);
    });
  });

  describe('where the first person may register', () => {
    const FIRST = { REGISTRATION: 'first' };

    it('lets that person in with the token, once', async () => {
      const api = await start(FIRST);
      const setup_token = await kept();
      expect(await register(api, { setup_token })).toMatchObject({ status: 201, body: { user: { role: 'admin' } } });
      expect(await register(api, { setup_token })).toMatchObject(CLOSED);
      expect(await api.client.post('/auth/register', {})).toMatchObject(CLOSED);
      expect(await countTenants()).toBe(1);
      expect(await filesIn()).toEqual([]);
    });

    it('logs each guess at the token and each locked one, with the address and without the token', async () => {
      const lines: unknown[] = [];
      const spy = vi.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => lines.push(message));
      const api = await start(FIRST);
      for (let n = 0; n < 11; n++) await register(api, { setup_token: `st_guess${n}` });
      spy.mockRestore();
      const attacks = lines.filter((line) => (line as { attack?: string }).attack !== undefined);
      const failed = { attack: 'setup_token_failed', address: '127.0.0.1', account: null };
      expect(attacks).toMatchObject([
        ...Array.from({ length: 10 }, () => failed),
        { ...failed, attack: 'setup_token_locked' },
      ]);
      expect(JSON.stringify(attacks)).not.toContain('st_guess');
    });

    it('wants the token by the name of its field, and refuses another one', async () => {
      const api = await start(FIRST);
      const right = await kept();
      const missing = await register(api);
      expect(missing).toMatchObject({ status: 422, body: { errors: [{ field: 'setup_token' }] } });
      for (const setup_token of [`${right}x`, right.slice(0, -1), right.toUpperCase(), 'st_', 'ot_x'])
        expect(await register(api, { setup_token })).toMatchObject({
          status: 403,
          body: { code: 'setup_token_wrong' },
        });
      expect(await countTenants()).toBe(0);
      expect((await register(api, { setup_token: right })).status).toBe(201);
    });

    it('looks at ten tokens from an address in a quarter of an hour, whatever else is limited', async () => {
      const api = await start({ ...FIRST, RATE_LIMIT_PER_ADDRESS: '0' });
      for (let n = 0; n < 10; n++) expect((await register(api, { setup_token: `st_${n}` })).status).toBe(403);
      expect((await register(api, { setup_token: await kept() })).status).toBe(429);
    });

    it('lets nobody in without a token that was made, not even with an empty one', async () => {
      await writeFile(join(directory, 'in-the-way'), '');
      const api = await start({ ...FIRST, OUTDIAL_DATA_DIR: join(directory, 'in-the-way', 'data') });
      for (const setup_token of ['st_', 'null', 'x'.repeat(46)])
        expect(await register(api, { setup_token })).toMatchObject({
          status: 403,
          body: { code: 'setup_token_wrong' },
        });
      expect((await register(api, { setup_token: '' })).status).toBe(422);
      expect((await register(api, { setup_token: null })).status).toBe(422);
    });

    it('lets one of several in who come at once, over two processes', async () => {
      const apis = [await start(FIRST), await start(FIRST)];
      const setup_token = await kept();
      const lock = await database.lock('SELECT FROM installation FOR UPDATE');
      const asking = [0, 1, 0, 1].map((n) => register(apis[n]!, { setup_token }));
      await until('all of them wait for the row', async () => {
        const waiting = await database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length === 4;
      });
      await lock.letGo();
      const answers = await Promise.all(asking);
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer).toMatchObject(CLOSED);
      expect(await countTenants()).toBe(1);
    });

    it('is closed in a database that has a tenant, and makes no token there', async () => {
      await database.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
      await writeFile(join(directory, 'setup-token'), `st_${'a'.repeat(43)}`);
      const api = await start(FIRST);
      expect(await register(api, { setup_token: await kept().catch(() => 'st_x') })).toMatchObject(CLOSED);
      expect(await filesIn()).toEqual([]);
      expect(await database.query('SELECT setup_token_hash AS hash FROM installation')).toEqual([{ hash: null }]);
    });

    it('is closed by a tenant that was made after the token, before the token is used', async () => {
      const api = await start(FIRST);
      await database.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
      expect(await register(api, { setup_token: await kept() })).toMatchObject(CLOSED);
      expect(await countTenants()).toBe(1);
    });

    it('uses the token up with the account alone: what fails leaves it good', async () => {
      const api = await start(FIRST);
      const setup_token = await kept();
      expect((await register(api, { setup_token, email: 'no email' })).status).toBe(422);
      expect((await register(api, { setup_token, password: 'short' })).status).toBe(422);
      expect((await register(api, { setup_token })).status).toBe(201);
    });

    it('can be tried ten times from an address, whatever else is limited', async () => {
      const api = await start(FIRST);
      const statuses: number[] = [];
      for (let n = 0; n < 11; n++) statuses.push((await register(api, { setup_token: 'st_guess' })).status);
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429]);
    });

    it('keeps the token for its owner alone, its hash in the database, and nothing in the log', async () => {
      const written: string[] = [];
      const spies = [process.stdout, process.stderr].map((stream) =>
        vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0),
      );
      const api = await start({ ...FIRST, LOG_LEVEL: 'debug' });
      const token = await kept();
      await register(api, { setup_token: `${token}x` });
      await register(api, { setup_token: token });
      for (const spy of spies) spy.mockRestore();
      expect(token).toMatch(TOKEN);
      expect(written.join('')).toContain('npm run ops -- setup-token');
      expect(written.join('')).not.toMatch(/st_[\w-]{10}/);
    });

    it('makes the file readable by its owner only, and the directory where there is none', async () => {
      const data = join(directory, 'data');
      await start({ ...FIRST, OUTDIAL_DATA_DIR: data });
      expect((await stat(join(data, 'setup-token'))).mode & 0o777).toBe(0o600);
      expect((await stat(data)).mode & 0o777).toBe(0o700);
      const [row] = await database.query<{ n: number }>(`SELECT octet_length(setup_token_hash) AS n FROM installation`);
      expect(row).toEqual({ n: 32 });
    });

    it('has the same token after a restart, and one token for processes with directories of their own', async () => {
      await start(FIRST);
      const first = await kept();
      await start(FIRST);
      expect(await kept()).toBe(first);
      const other = await mkdtemp(join(tmpdir(), 'outdial-registration-'));
      const second = await start({ ...FIRST, OUTDIAL_DATA_DIR: other });
      expect(await readdir(other)).not.toContain('setup-token');
      expect((await register(second, { setup_token: first })).status).toBe(201);
      await rm(other, { recursive: true });
    });

    it('is made once by processes that start at the same time', async () => {
      const other = await mkdtemp(join(tmpdir(), 'outdial-registration-'));
      const [api] = await Promise.all([
        start(FIRST),
        start(FIRST),
        start({ ...FIRST, OUTDIAL_DATA_DIR: other }),
        start({ ...FIRST, OUTDIAL_DATA_DIR: other }),
      ]);
      const tokens = (
        await Promise.all([directory, other].map((at) => readFile(join(at, 'setup-token'), 'utf8').catch(() => null)))
      ).filter((token) => token !== null);
      expect(tokens).toHaveLength(1);
      expect((await register(api, { setup_token: tokens[0] })).status).toBe(201);
      await rm(other, { recursive: true });
    });
  });
});
