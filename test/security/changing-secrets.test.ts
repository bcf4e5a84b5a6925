import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '#config/settings.js';
import { openContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import {
  createCampaign,
  dramaNumber,
  PASSWORD,
  register,
  startApi,
  type Registered,
  type RunningApi,
} from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const BEFORE = 'the secret of before, which is long enough for it';
const AFTER = 'the secret of afterwards, which is long enough too';

describe('A secret that changes', () => {
  let database: TestDatabase;
  const apis: RunningApi[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    await Promise.all(apis.splice(0).map((api) => api.close()));
    await database.drop();
  });

  async function start(environment: Environment): Promise<RunningApi> {
    const api = await startApi(testConfig(database.url, environment));
    apis.push(api);
    return api;
  }

  async function ops(environment: Environment, ...argv: string[]): Promise<{ code: number; text: string }> {
    const context = await openContext(testConfig(database.url, environment), database.url);
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
    await context.close();
    return { code, text };
  }

  const statusOf = async (api: RunningApi, token: string) => (await api.client.as(token).get('/auth/me')).status;

  it('is accepted beside the one before, by which nothing is signed any more', async () => {
    const { access_token, user } = await register((await start({ AUTH_SECRET: BEFORE })).client);
    const rotated = await start({ AUTH_SECRET: AFTER, AUTH_SECRET_PREVIOUS: BEFORE });
    expect(await statusOf(rotated, access_token)).toBe(200);
    const login = await rotated.client.post<Registered>('/auth/login', { email: user.email, password: PASSWORD });
    const done = await start({ AUTH_SECRET: AFTER });
    expect(await statusOf(done, login.body.access_token)).toBe(200);
    expect(await statusOf(done, access_token)).toBe(401);
    expect(await statusOf(rotated, `${access_token.slice(0, -4)}AAAA`)).toBe(401);
  });

  describe('where somebody was erased', () => {
    let access: string;
    let campaignId: string;

    beforeEach(async () => {
      const api = await start({ AUTH_SECRET: BEFORE });
      access = (await register(api.client)).access_token;
      const client = api.client.as(access);
      campaignId = (await createCampaign(client)).id;
      await client.post('/people/erase', { phone_number: dramaNumber(1) });
    });

    const add = (api: RunningApi) =>
      api.client.as(access).post(`/campaigns/${campaignId}/contacts`, { phone_number: dramaNumber(1) });

    it('keeps the api from starting, unless the key of people is set first', async () => {
      for (const environment of [{ AUTH_SECRET: AFTER }, { AUTH_SECRET: AFTER, AUTH_SECRET_PREVIOUS: BEFORE }])
        await expect(start(environment)).rejects.toThrow(/PERSON_HASH_KEY/);
      expect(await ops({ AUTH_SECRET: AFTER }, 'doctor')).toMatchObject({
        code: 1,
        text: expect.stringContaining('erased people'),
      });
      expect(await ops({ AUTH_SECRET: AFTER }, 'person-hash-key')).toMatchObject({ code: 1 });
      const told = await ops({ AUTH_SECRET: AFTER, AUTH_SECRET_PREVIOUS: BEFORE }, 'person-hash-key');
      const [, key] = /^PERSON_HASH_KEY=(\S+)$/m.exec(told.text) ?? [];
      const environment = { AUTH_SECRET: AFTER, AUTH_SECRET_PREVIOUS: BEFORE, PERSON_HASH_KEY: key };
      const api = await start(environment);
      expect((await add(api)).status).toBe(409);
      expect((await ops(environment, 'doctor')).text).not.toContain('erased people');
    });

    it('is no trouble while it is the same', async () => {
      expect((await add(await start({ AUTH_SECRET: BEFORE }))).status).toBe(409);
    });
  });

  it('is taken where nobody was erased', async () => {
    await start({ AUTH_SECRET: BEFORE });
    const api = await start({ AUTH_SECRET: AFTER });
    const client = api.client.as((await register(api.client)).access_token);
    expect((await client.post('/people/erase', { phone_number: dramaNumber(1) })).status).toBeLessThan(300);
    await expect(start({ AUTH_SECRET: BEFORE })).rejects.toThrow(/PERSON_HASH_KEY/);
  });

  it('or not: a session ends after 90 days, however often it is renewed', async () => {
    const { client } = await start({ AUTH_SECRET: BEFORE });
    const { access_token, refresh_token } = await register(client);
    await database.query(`UPDATE auth_sessions SET created_at = now() - interval '89 days'`);
    const renewed = await client.post<Registered>('/auth/refresh', { refresh_token });
    expect(renewed.status).toBe(200);
    const [token] = await database.query(
      `SELECT expires_at < now() + interval '2 days' AS is_short FROM refresh_tokens WHERE used_at IS NULL`,
    );
    expect(token).toEqual({ is_short: true });
    await database.query(`UPDATE auth_sessions SET created_at = now() - interval '90 days'`);
    expect((await client.as(access_token).get('/auth/me')).status).toBe(401);
    await database.query(`UPDATE refresh_tokens SET expires_at = now() + interval '1 day'`);
    expect((await client.post('/auth/refresh', { refresh_token: renewed.body.refresh_token })).status).toBe(401);
  });
});
