import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PASSWORD, register, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

interface Line {
  readonly purpose: string;
  readonly email: string;
  readonly link: string;
}

describe('Links to accounts that nobody sends by mail', () => {
  let database: TestDatabase;
  let dataDir: string;
  let api: RunningApi;
  let log: string;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'outdial links '));
    log = '';
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => (log += String(text)) !== '');
    }
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await api.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  afterAll(() => database.drop());

  const start = async (environment: Record<string, string> = {}) => {
    api = await startApi(testConfig(database.url, { LOG_LEVEL: 'debug', OUTDIAL_DATA_DIR: dataDir, ...environment }));
  };

  async function lines(): Promise<Line[]> {
    const text = await readFile(join(dataDir, 'links.log'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  }

  /** An invitation and a reset, and whom they are for. */
  async function askForBoth(): Promise<{ invited: string; forgetful: string; secrets: string[] }> {
    const { access_token, user } = await register(api.client);
    const invited = `person-${crypto.randomUUID()}@example.com`;
    const { body } = await api.client
      .as(access_token)
      .post<{ link: string }>('/users/invitations', { email: invited, role: 'user' });
    await api.client.post('/auth/password/forgot', { email: user.email });
    const inDatabase = async () =>
      (await database.query(`SELECT FROM one_time_links WHERE purpose = 'password_reset' AND email = $1`, [user.email]))
        .length;
    await until('the reset is in the database', inDatabase);
    return { invited, forgetful: user.email, secrets: [body.link.split('token=')[1]!, invited, user.email] };
  }

  it('go to a file that its owner alone can read, and the log says where', async () => {
    await start();
    const { invited, forgetful } = await askForBoth();
    await until('both links are there', async () => (await lines()).length === 2);
    const kept = await lines();
    expect(kept.map(({ purpose, email }) => `${purpose} ${email}`).toSorted()).toEqual([
      `invitation ${invited}`,
      `password_reset ${forgetful}`,
    ]);
    expect((await stat(join(dataDir, 'links.log'))).mode & 0o777).toBe(0o600);
    expect(log).toContain(join(dataDir, 'links.log'));
    for (const { link } of kept) expect(log).not.toContain(link.split('token=')[1]);
  });

  it('let in whoever reads them there', async () => {
    await start();
    const { forgetful } = await askForBoth();
    const reset = await until('the reset is there', async () =>
      (await lines()).find(({ purpose }) => purpose === 'password_reset'),
    );
    const token = reset.link.split('token=')[1];
    const body = { token, new_password: `${PASSWORD} again` };
    expect((await api.client.post('/auth/password/reset', body)).status).toBe(204);
    const login = { email: forgetful, password: `${PASSWORD} again` };
    expect((await api.client.post('/auth/login', login)).status).toBe(200);
  });

  it.each([
    ['a system that others can reach', { HOST: '0.0.0.0' }],
    ['a process without a data directory', { OUTDIAL_DATA_DIR: join(tmpdir(), 'outdial-no-data-directory') }],
  ])('are neither in the log nor on the disk of %s, and the log says what to set', async (_, environment) => {
    await start(environment);
    const { secrets } = await askForBoth();
    await until('the log says so twice', async () => log.split('A link to an account was not delivered').length > 2);
    expect(log).toContain('ACCOUNT_WEBHOOK_URL');
    for (const secret of secrets) expect(log).not.toContain(secret);
    expect(log).not.toContain('ot_');
    expect(await lines()).toEqual([]);
  });
});
