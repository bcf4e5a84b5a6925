import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childEnvironment } from '#config/process-environment.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { PASSWORD, register, startApi, type Registered, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const LINK = /^ {2}(http\S+#purpose=invitation&token=(ot_[\w-]{43}))$/m;
const SETUP_TOKEN = /^setup_token: (st_[\w-]{43})$/m;

interface Told {
  readonly code: number;
  readonly text: string;
}

const tokenIn = ({ text }: Told) => LINK.exec(text)?.[2] ?? '';
const setupTokenIn = ({ text }: Told) => SETUP_TOKEN.exec(text)?.[1] ?? '';
const someone = () => `person-${randomBytes(6).toString('hex')}@example.com`;

describe('An operator', () => {
  let database: TestDatabase;
  let directory: string;
  let context: OpsContext;
  let api: RunningApi;

  beforeEach(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'outdial-ops-'));
    const settings = { OUTDIAL_DATA_DIR: directory, PUBLIC_URL: 'https://dialer.example.com', REGISTRATION: 'first' };
    const config = testConfig(database.url, settings);
    context = await openContext(config, database.url);
    api = await startApi(config);
  });

  afterEach(async () => {
    await api.close();
    await context.close();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  async function ops(...argv: string[]): Promise<Told> {
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
    return { code, text };
  }

  const accept = (token: string, more: object = {}) =>
    api.client.post<Registered>('/auth/invitations/accept', { token, password: PASSWORD, ...more });
  const countTenants = async () => (await database.query('SELECT id FROM tenants')).length;
  const create = (email: string, ...more: string[]) => ops('tenant', 'create', '--email', email, ...more);
  const invite = (email: string, ...more: string[]) => ops('tenant', 'invite', '--email', email, ...more);

  describe('who makes a tenant', () => {
    it('gets a link by which its admin joins, once', async () => {
      const email = someone();
      const made = await create(email, '--business-name', 'Acme Renewals', '--name', 'Ada');
      expect(made.code).toBe(0);
      expect(made.text).toContain('https://dialer.example.com/docs#purpose=invitation&token=ot_');
      expect(made.text).toContain('curl https://dialer.example.com/api/v1/auth/invitations/accept');
      const joined = await accept(tokenIn(made));
      expect(joined).toMatchObject({
        status: 201,
        body: { user: { email, role: 'admin', name: 'Ada', business_name: 'Acme Renewals' } },
      });
      expect((await api.client.as(joined.body.access_token).get('/campaigns')).status).toBe(200);
      expect((await accept(tokenIn(made))).status).toBe(410);
    });

    it('names it after the email where no name is given, and takes the name that the person gives', async () => {
      const { body } = await accept(tokenIn(await create(someone(), '--name', 'Ada')), { name: 'Grace' });
      expect(body.user).toMatchObject({ business_name: 'example.com', name: 'Grace' });
    });

    it('leaves a record of it in the audit log, and no secret in the database', async () => {
      const made = await create(someone());
      const { body } = await accept(tokenIn(made));
      const { body: log } = await api.client
        .as(body.access_token)
        .get<{ items: { action: string; actor: object }[] }>('/audit-log');
      expect(log.items.map(({ action }) => action).toReversed()).toEqual(['tenant.create', 'user.invite', 'user.join']);
      const links = await database.query('SELECT * FROM one_time_links');
      expect(JSON.stringify(links)).not.toContain(tokenIn(made).slice(3));
    });

    it('spells the email in one way, however it was typed', async () => {
      const email = someone();
      expect((await create(` ${email.toUpperCase()} `)).text).toContain(`${email} joins it`);
    });

    it.each([
      [['tenant', 'create'], /^Say whose account it is/],
      [['tenant', 'create', '--email', 'ada'], /^--email must be an email address, not "ada"\.$/],
      [['tenant', 'create', '--email', `${'a'.repeat(250)}@example.com`], /^--email must be an email address/],
      [['tenant', 'create', '--email'], /tenant create --email address/],
      [['tenant', 'create', '--email', 'a@example.com', '--role', 'admin'], /do not fit/],
      [['tenant', 'create', '--email', 'a@example.com', '--business-name', ' '], /^--business-name must have 1 to 255/],
      [['tenant', 'create', '--email', 'a@example.com', '--name', 'x'.repeat(256)], /^--name must have 1 to 255/],
      [['tenant', 'create', 'a@example.com'], /"a@example\.com" is too much/],
      [['tenant', 'invite'], /^Say whose account it is/],
      [['tenant'], /^"tenant" is not a command: .*tenant create, tenant invite/],
      [['setup-token', 'please'], /"please" is too much/],
    ])('is told by %j what is wrong, and nothing is done', async (argv, sentence) => {
      const { code, text } = await ops(...argv);
      expect([code, text.trim()]).toEqual([2, expect.stringMatching(sentence)]);
      expect(text.trim()).not.toContain('\n');
      expect(await countTenants()).toBe(0);
    });

    it('is told where the email has an account or an invitation already', async () => {
      const email = someone();
      await create(email);
      const again = await create(email.toUpperCase());
      expect(again).toMatchObject({ code: 1, text: expect.stringContaining(`tenant invite --email ${email}`) });
      await accept(tokenIn(await invite(email)));
      const third = await create(email);
      expect(third).toMatchObject({ code: 1, text: expect.stringContaining('has an account') });
      expect(await countTenants()).toBe(1);
    });

    it('makes one tenant for an email, however many ask at once', async () => {
      const email = someone();
      const setup = await database.lock('SELECT FROM installation FOR UPDATE');
      const asking = [1, 2, 3].map(() => create(email));
      await until('all of them wait, after whatever they have looked at', async () => {
        const waiting = await database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length === 3;
      });
      await setup.letGo();
      const told = await Promise.all(asking);
      expect(told.filter(({ code }) => code === 0)).toHaveLength(1);
      expect(await countTenants()).toBe(1);
    });

    it('ends the setup: nobody registers first any more', async () => {
      const setup_token = setupTokenIn(await ops('setup-token'));
      await create(someone());
      const body = { email: someone(), password: PASSWORD, business_name: 'Late', setup_token };
      expect(await api.client.post('/auth/register', body)).toMatchObject({
        status: 403,
        body: { code: 'registration_closed' },
      });
      expect(await database.query('SELECT setup_token_hash AS hash FROM installation')).toEqual([{ hash: null }]);
      expect(await ops('setup-token')).toMatchObject({ code: 1, text: expect.stringContaining('tenant create') });
    });
  });

  describe('who invites again', () => {
    it('gets another link in place of the lost one, also of one that has expired', async () => {
      const email = someone();
      const first = await create(email, '--name', 'Ada');
      await database.query(`UPDATE one_time_links SET expires_at = now() - interval '1 day'`);
      const second = await invite(email);
      expect((await accept(tokenIn(first))).status).toBe(410);
      const { body } = await accept(tokenIn(second));
      expect(body.user).toMatchObject({ email, role: 'admin', name: 'Ada' });
    });

    it('gives nobody more than their own admin gave them', async () => {
      const { body } = await accept(tokenIn(await create(someone())));
      const email = someone();
      await api.client.as(body.access_token).post('/users/invitations', { email, role: 'viewer' });
      expect((await accept(tokenIn(await invite(email)))).body.user).toMatchObject({ role: 'viewer' });
    });

    it('brings an admin into a tenant that has none who can log in', async () => {
      const { body } = await accept(tokenIn(await create(someone())));
      const { tenant_id } = body.user;
      const joined = await accept(tokenIn(await invite(someone(), '--tenant', tenant_id)));
      expect(joined.body.user).toMatchObject({ tenant_id, role: 'admin' });
    });

    it('is told where there is nothing to invite to, or more than one tenant', async () => {
      const email = someone();
      expect(await invite(email)).toMatchObject({ code: 1, text: expect.stringContaining('is invited to no tenant') });
      expect(await invite(email, '--tenant', 'none')).toMatchObject({ code: 1, text: 'There is no tenant none.\n' });
      const made = await Promise.all([1, 2].map(() => create(someone())));
      const admins = await Promise.all(made.map((told) => accept(tokenIn(told))));
      for (const { body } of admins)
        await api.client.as(body.access_token).post('/users/invitations', { email, role: 'user' });
      const asked = await invite(email);
      expect(asked).toMatchObject({ code: 1, text: expect.stringContaining('--tenant id') });
      for (const { body } of admins) expect(asked.text).toContain(body.user.tenant_id);
      const known = await invite(admins[0]!.body.user.email);
      expect(known).toMatchObject({ code: 1, text: expect.stringContaining('has an account') });
    });
  });

  describe('who asks for the setup token', () => {
    const file = () => join(directory, 'setup-token');
    const enter = (setup_token: string) =>
      api.client.post('/auth/register', { email: someone(), password: PASSWORD, business_name: 'First', setup_token });

    it('reads the one that the api has made, as often as they ask', async () => {
      const kept = await readFile(file(), 'utf8');
      expect(setupTokenIn(await ops('setup-token'))).toBe(kept);
      expect(setupTokenIn(await ops('setup-token'))).toBe(kept);
      expect((await enter(kept)).status).toBe(201);
    });

    it('gets a new one when asked, and the old one is worthless', async () => {
      const old = await readFile(file(), 'utf8');
      const made = setupTokenIn(await ops('setup-token', '--new'));
      expect(await readFile(file(), 'utf8')).toBe(made);
      expect((await stat(file())).mode & 0o777).toBe(0o600);
      expect(await enter(old)).toMatchObject({ status: 403, body: { code: 'setup_token_wrong' } });
      expect((await enter(made)).status).toBe(201);
    });

    it.each<[string, () => Promise<void>]>([
      ['is gone', () => rm(file())],
      ["is another database's", () => writeFile(file(), `st_${'a'.repeat(43)}`)],
      ['is no token', () => writeFile(file(), '')],
    ])('gets one that counts where the kept one %s', async (_how, spoil) => {
      await spoil();
      expect((await enter(setupTokenIn(await ops('setup-token')))).status).toBe(201);
    });

    it('gets one also where nothing can be kept, and is told so', async () => {
      await rm(directory, { recursive: true });
      const told = await ops('setup-token');
      expect(told).toMatchObject({ code: 0, text: expect.stringContaining('could not be kept') });
      expect((await enter(setupTokenIn(told))).status).toBe(201);
    });
  });
});

/** The built programs: the first of them to run may have to build them. */
describe('npm run ops, as a process with the login of the api', () => {
  const role = `ops_${randomBytes(6).toString('hex')}`;
  let database: TestDatabase;
  let directory: string;
  let environment: Record<string, string | undefined>;

  beforeAll(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'outdial-ops-'));
    await chmod(directory, 0o700);
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'login' IN ROLE outdial_app`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'login'];
    const { PATH, HOME } = childEnvironment({});
    environment = { PATH, HOME, DATABASE_URL: url.href, OUTDIAL_DATA_DIR: directory };
  });

  afterAll(async () => {
    await database.query(`DROP ROLE ${role}`);
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const ops = (more: Record<string, string>, ...argv: string[]) =>
    new Promise<Told>((resolve) => {
      const options = { env: { ...environment, ...more } };
      execFile(process.execPath, ['apps/local/start.mjs', 'ops', ...argv], options, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), text: stdout + stderr });
      });
    });

  it('makes the first account of an installation that is closed, from its settings', async () => {
    const email = someone();
    const HOST = '0.0.0.0';
    const made = await ops({ HOST, PUBLIC_URL: 'https://dialer.example.com' }, 'tenant', 'create', '--email', email);
    expect(made).toMatchObject({ code: 0, text: expect.stringContaining('https://dialer.example.com/docs#purpose') });
    expect((await ops({ HOST }, 'tenant', 'create', '--email', email)).code).toBe(1);
    expect((await ops({ HOST }, 'tenant', 'create', '--email', 'nobody')).code).toBe(2);
    const api = await startApi(testConfig(database.url, { HOST, REGISTRATION: '' }));
    expect(await register(api.client).catch(String)).toContain('registration_closed');
    const accepted = await api.client.post('/auth/invitations/accept', { token: tokenIn(made), password: PASSWORD });
    expect(accepted).toMatchObject({ status: 201, body: { user: { email, role: 'admin' } } });
    await api.close();
  }, 400_000);
});
