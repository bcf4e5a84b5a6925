import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { PASSWORD, register, startApi, type Registered, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const WEBHOOK_KEY = Buffer.alloc(32, 7);

interface Delivery {
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

describe('Teams', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let mailer: Server;
  const deliveries: Delivery[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    mailer = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.end();
      });
    });
    await new Promise<void>((resolve) => mailer.listen(0, '127.0.0.1', resolve));
    api = await startApi(
      testConfig(database.url, {
        ACCOUNT_WEBHOOK_URL: `http://127.0.0.1:${(mailer.address() as AddressInfo).port}/mail`,
        ACCOUNT_WEBHOOK_SECRET: `whsec_${WEBHOOK_KEY.toString('base64')}`,
        ACCOUNT_LINK_URL: 'https://app.example.com/account',
      }),
    );
  });

  afterAll(async () => {
    await api.close();
    mailer.close();
    await database.drop();
  });

  const email = () => `person-${crypto.randomUUID()}@example.com`;

  async function admin(): Promise<{ client: ApiClient; user: Registered['user'] }> {
    const { access_token, user } = await register(api.client);
    return { client: api.client.as(access_token), user };
  }

  async function join(inviter: ApiClient, role: string, address = email()): Promise<Registered> {
    const invited = await inviter.post<{ link: string }>('/users/invitations', { email: address, role });
    expect(invited.status).toBe(201);
    const token = tokenIn(invited.body.link);
    const joined = await api.client.post<Registered>('/auth/invitations/accept', { token, password: PASSWORD });
    expect(joined.status).toBe(201);
    return joined.body;
  }

  const tokenIn = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? '';
  const deliveryTo = (address: string) =>
    until('a link is handed on', async () => deliveries.findLast(({ body }) => body.includes(address)));

  describe('invitations', () => {
    it('let somebody in once, with the role and into the tenant that they name', async () => {
      const { client, user } = await admin();
      const address = email();
      const joined = await join(client, 'viewer', address);
      expect(joined.user).toMatchObject({ email: address, role: 'viewer', tenant_id: user.tenant_id });
      const { body } = await client.get<{ users: { email: string }[] }>('/users');
      expect(body.users.map((one) => one.email)).toEqual([user.email, address]);
      const { body: delivered } = await deliveryTo(address);
      const token = tokenIn((JSON.parse(delivered) as { data: { link: string } }).data.link);
      const again = await api.client.post('/auth/invitations/accept', { token, password: PASSWORD });
      expect(again).toMatchObject({ status: 410, body: { code: 'link_invalid' } });
    });

    it('are handed to the webhook, signed', async () => {
      const { client } = await admin();
      const address = email();
      await client.post('/users/invitations', { email: address, role: 'user' });
      const { headers, body } = await deliveryTo(address);
      const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
      const mac = createHmac('sha256', WEBHOOK_KEY).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${mac}`);
      const sent = JSON.parse(body) as { type: string; data: { link: string } };
      expect(sent).toMatchObject({ type: 'account.invitation', data: { email: address } });
      expect(sent.data.link).toMatch(/^https:\/\/app\.example\.com\/account#purpose=invitation&token=ot_/);
    });

    it('can be withdrawn, expire, and take the place of earlier ones', async () => {
      const { client, user } = await admin();
      const address = email();
      const invite = async () => {
        const { body } = await client.post<{ link: string; invitation: { id: string } }>('/users/invitations', {
          email: address,
          role: 'user',
        });
        return { ...body.invitation, token: tokenIn(body.link) };
      };
      const accept = async (token: string) =>
        (await api.client.post('/auth/invitations/accept', { token, password: PASSWORD })).status;
      const [first, second] = [await invite(), await invite()];
      expect(await accept(first.token)).toBe(410);
      expect((await client.delete(`/users/invitations/${second.id}`)).status).toBe(204);
      expect((await client.delete(`/users/invitations/${second.id}`)).status).toBe(404);
      expect(await accept(second.token)).toBe(410);
      const third = await invite();
      await database.query(`UPDATE one_time_links SET expires_at = now() WHERE id = $1`, [third.id]);
      expect(await accept(third.token)).toBe(410);
      expect((await client.get('/users/invitations')).body).toEqual({ invitations: [], next_cursor: null });
      const conflict = await client.post('/users/invitations', { email: user.email.toUpperCase(), role: 'user' });
      expect(conflict).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    });

    it('of two who use one link at once, one gets in', async () => {
      const { client } = await admin();
      const { body } = await client.post<{ link: string }>('/users/invitations', { email: email(), role: 'user' });
      const token = tokenIn(body.link);
      const answers = await Promise.all(
        [1, 2, 3].map(() => api.client.post('/auth/invitations/accept', { token, password: PASSWORD })),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 410)).toHaveLength(2);
    });
  });

  describe('users', () => {
    it('who are deactivated are out at once, and let in again by a new login only', async () => {
      const { client } = await admin();
      const { user, access_token, refresh_token } = await join(client, 'user');
      const theirs = api.client.as(access_token);
      expect((await theirs.get('/campaigns')).status).toBe(200);
      expect((await client.patch(`/users/${user.id}`, { is_active: false })).status).toBe(200);
      expect((await theirs.get('/campaigns')).status).toBe(401);
      expect((await api.client.post('/auth/refresh', { refresh_token })).status).toBe(401);
      const login = () => api.client.post<Registered>('/auth/login', { email: user.email, password: PASSWORD });
      expect((await login()).status).toBe(401);
      await client.patch(`/users/${user.id}`, { is_active: true });
      expect((await theirs.get('/campaigns')).status).toBe(401);
      expect((await login()).status).toBe(200);
    });

    it('have a role that counts with the next request', async () => {
      const { client } = await admin();
      const { user, access_token } = await join(client, 'viewer');
      const theirs = api.client.as(access_token);
      const campaign = { name: 'a', system_prompt: 'b', voice_id: 'c' };
      expect((await theirs.post('/campaigns', campaign)).status).toBe(403);
      expect((await theirs.get('/users')).status).toBe(403);
      await client.patch(`/users/${user.id}`, { role: 'user' });
      expect((await theirs.post('/campaigns', campaign)).status).toBe(201);
    });

    it('always have an admin among them, even when two step down at once', async () => {
      const { client, user } = await admin();
      expect(await client.patch(`/users/${user.id}`, { role: 'user' })).toMatchObject({
        status: 409,
        body: { code: 'last_admin' },
      });
      const second = await join(client, 'admin');
      const stepDown = [user.id, second.user.id].map((id) => client.patch(`/users/${id}`, { is_active: false }));
      const statuses = (await Promise.all(stepDown)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      const admins = await database.query(
        `SELECT id FROM user_profiles WHERE tenant_id = $1 AND role = 'admin' AND deactivated_at IS NULL`,
        [user.tenant_id],
      );
      expect(admins).toHaveLength(1);
    });

    describe('who are deactivated, or no admins any more,', () => {
      const invitation = async (inviter: ApiClient) => {
        const { body } = await inviter.post<{ link: string; invitation: { id: string } }>('/users/invitations', {
          email: email(),
          role: 'admin',
        });
        return { id: body.invitation.id, token: tokenIn(body.link) };
      };
      const accept = async (token: string) =>
        (await api.client.post('/auth/invitations/accept', { token, password: PASSWORD })).status;
      const keyOf = async (client: ApiClient) =>
        (
          await client.post<{ secret: string; api_key: { id: string } }>('/api-keys', {
            name: 'CRM',
            scopes: ['campaigns:read'],
          })
        ).body;

      it.each([{ is_active: false }, { role: 'user' }, { role: 'viewer' }])(
        'come back by no invitation or key that they made: %j',
        async (edits) => {
          const { client } = await admin();
          const second = await join(client, 'admin');
          const theirs = api.client.as(second.access_token);
          const [made, kept] = [await invitation(theirs), await invitation(client)];
          const [theirKey, otherKey] = [await keyOf(theirs), await keyOf(client)];
          expect(await client.patch(`/users/${second.user.id}`, edits)).toMatchObject({
            status: 200,
            body: { revoked_api_keys: [theirKey.api_key.id], withdrawn_invitations: [made.id] },
          });
          expect([await accept(made.token), await accept(kept.token)]).toEqual([410, 201]);
          const list = (key: string) => api.client.as(key).get('/campaigns');
          expect([(await list(theirKey.secret)).status, (await list(otherKey.secret)).status]).toEqual([401, 200]);
        },
      );

      it('keep keys going where the request says so, and the list says who may know them', async () => {
        const { client } = await admin();
        const second = await join(client, 'admin');
        const { secret, api_key } = await keyOf(api.client.as(second.access_token));
        const edits = { is_active: false, keep_api_keys: true };
        expect((await client.patch(`/users/${second.user.id}`, edits)).status).toBe(200);
        expect((await api.client.as(secret).get('/campaigns')).status).toBe(200);
        expect((await client.get('/api-keys')).body).toMatchObject({
          api_keys: [{ id: api_key.id, is_creator_admin: false }],
        });
        expect(await client.patch(`/users/${second.user.id}`, { is_active: true, keep_api_keys: true })).toMatchObject({
          status: 422,
          body: { errors: [{ field: 'keep_api_keys' }] },
        });
      });

      it('open nothing by an invitation that was on its way when they were put out', async () => {
        const { client } = await admin();
        const second = await join(client, 'admin');
        const made = await invitation(api.client.as(second.access_token));
        await database.query('UPDATE user_profiles SET deactivated_at = now() WHERE id = $1', [second.user.id]);
        expect(await accept(made.token)).toBe(410);
        expect((await client.get('/users/invitations')).body).toMatchObject({ invitations: [] });
      });

      it('set no password by a reset from before', async () => {
        const { client } = await admin();
        const { user } = await join(client, 'user');
        await api.client.post('/auth/password/forgot', { email: user.email });
        const reset = await until('the reset is handed on', async () =>
          deliveries.findLast(({ body }) => body.includes(user.email) && body.includes('password_reset')),
        );
        const { data } = JSON.parse(reset.body) as { data: { token: string } };
        await client.patch(`/users/${user.id}`, { is_active: false });
        await client.patch(`/users/${user.id}`, { is_active: true });
        const answer = await api.client.post('/auth/password/reset', { token: data.token, new_password: PASSWORD });
        expect(answer.status).toBe(410);
      });
    });

    it.each([
      [
        'users',
        '/users',
        `INSERT INTO user_profiles (tenant_id, email)
          SELECT id, n || id || '@example.com' FROM tenants, generate_series(1, 1200) n WHERE id = $1`,
      ],
      [
        'invitations',
        '/users/invitations',
        `INSERT INTO one_time_links (tenant_id, token_hash, purpose, email, role, expires_at)
         SELECT id, sha256((n || id)::bytea), 'invitation', n || '@example.com', 'user', now() + interval '1 day'
         FROM tenants, generate_series(1, 1200) n WHERE id = $1`,
      ],
      [
        'api_keys',
        '/api-keys',
        `INSERT INTO api_keys (tenant_id, name, secret_hash, hint, scopes)
         SELECT id, n, sha256((n || id)::bytea), 'hint', '[]' FROM tenants, generate_series(1, 1200) n WHERE id = $1`,
      ],
    ])('%s are listed to the last, by cursor', async (field, path, insert) => {
      const { client, user } = await admin();
      await database.query(insert, [user.tenant_id]);
      interface Listed extends Record<string, unknown> {
        next_cursor: string | null;
      }
      const ids = new Set<string>();
      let pages = 0;
      for (let cursor: string | null = ''; cursor !== null; pages++) {
        const answer: { body: Listed } = await client.get<Listed>(cursor === '' ? path : `${path}?cursor=${cursor}`);
        for (const { id } of answer.body[field] as { id: string }[]) ids.add(id);
        cursor = answer.body.next_cursor;
      }
      const own = field === 'users' ? 1 : 0;
      expect([ids.size, pages]).toEqual([1200 + own, 2]);
      expect((await client.get(`${path}?cursor=x`)).status).toBe(422);
      expect((await client.get<Listed>(`${path}?page_size=7`)).body[field]).toHaveLength(7);
    });

    it("of another tenant are not there, nor are their tenant's invitations", async () => {
      const [mine, theirs] = [await admin(), await admin()];
      const { body } = await theirs.client.post<{ invitation: { id: string } }>('/users/invitations', {
        email: email(),
        role: 'user',
      });
      expect((await mine.client.patch(`/users/${theirs.user.id}`, { role: 'viewer' })).status).toBe(404);
      expect((await mine.client.delete(`/users/invitations/${body.invitation.id}`)).status).toBe(404);
      expect((await theirs.client.get('/auth/me')).body).toMatchObject({ role: 'admin' });
    });
  });

  describe('passwords', () => {
    const NEW = 'another horse entirely';

    it('are changed by who knows them, and the other sessions end', async () => {
      const { user, access_token } = await register(api.client);
      const other = await api.client.post<Registered>('/auth/login', { email: user.email, password: PASSWORD });
      const client = api.client.as(access_token);
      const change = (current_password: string) =>
        client.post('/auth/password', { current_password, new_password: NEW });
      expect(await change('not this one')).toMatchObject({ status: 403, body: { code: 'wrong_password' } });
      expect((await change(PASSWORD)).status).toBe(204);
      expect((await client.get('/auth/me')).status).toBe(200);
      expect((await api.client.as(other.body.access_token).get('/auth/me')).status).toBe(401);
      const login = async (password: string) =>
        (await api.client.post('/auth/login', { email: user.email, password })).status;
      expect([await login(PASSWORD), await login(NEW)]).toEqual([401, 200]);
    });

    it('are reset by a link that works once, and all sessions end; nobody learns who has an account', async () => {
      const { user, access_token } = await register(api.client);
      const forgot = (address: string) => api.client.post('/auth/password/forgot', { email: address });
      const [known, unknown] = [await forgot(user.email), await forgot(email())];
      expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
      const { body } = await deliveryTo(user.email);
      const { type, data } = JSON.parse(body) as { type: string; data: { token: string } };
      expect(type).toBe('account.password_reset');
      const reset = () => api.client.post('/auth/password/reset', { token: data.token, new_password: NEW });
      expect((await reset()).status).toBe(204);
      expect((await reset()).status).toBe(410);
      expect((await api.client.as(access_token).get('/auth/me')).status).toBe(401);
      expect((await api.client.post('/auth/login', { email: user.email, password: NEW })).status).toBe(200);
    });
  });

  describe('sessions', () => {
    it('are listed and ended, one or all the others', async () => {
      const { user, access_token } = await register(api.client);
      const client = api.client.as(access_token);
      const login = async () =>
        (await api.client.post<Registered>('/auth/login', { email: user.email, password: PASSWORD })).body.access_token;
      const tokens = [await login(), await login()];
      const list = async () =>
        (await client.get<{ sessions: { id: string; is_current: boolean }[] }>('/auth/sessions')).body.sessions;
      const sessions = await list();
      expect(sessions).toHaveLength(3);
      expect(sessions.filter(({ is_current }) => is_current)).toHaveLength(1);
      const latest = sessions.find(({ is_current }) => !is_current)!;
      expect((await client.delete(`/auth/sessions/${latest.id}`)).status).toBe(204);
      expect((await client.delete(`/auth/sessions/${latest.id}`)).status).toBe(404);
      expect((await api.client.as(tokens[1]!).get('/auth/me')).status).toBe(401);
      expect(await client.delete('/auth/sessions')).toMatchObject({ status: 200, body: { ended: 1 } });
      expect((await api.client.as(tokens[0]!).get('/auth/me')).status).toBe(401);
      expect(await list()).toHaveLength(1);
    });

    it('of somebody else cannot be ended', async () => {
      const [mine, theirs] = [await admin(), await admin()];
      const { body } = await theirs.client.get<{ sessions: { id: string }[] }>('/auth/sessions');
      expect((await mine.client.delete(`/auth/sessions/${body.sessions[0]?.id}`)).status).toBe(404);
      expect((await theirs.client.get('/auth/me')).status).toBe(200);
    });
  });

  describe('API keys', () => {
    async function keyFor(client: ApiClient, scopes: string[], expires_at: string | null = null) {
      const made = await client.post<{ secret: string; api_key: { id: string; hint: string } }>('/api-keys', {
        name: 'CRM',
        scopes,
        expires_at,
      });
      expect(made.status).toBe(201);
      return { ...made.body.api_key, secret: made.body.secret, program: api.client.as(made.body.secret) };
    }

    it('do what their scopes say, and nothing else', async () => {
      const { client } = await admin();
      const { program } = await keyFor(client, ['campaigns:read', 'contacts:write']);
      expect((await program.get('/campaigns')).status).toBe(200);
      const refused = { status: 403, body: { code: 'scope_missing' } };
      expect(await program.post('/campaigns', { name: 'a', system_prompt: 'b', voice_id: 'c' })).toMatchObject(refused);
      expect(await program.get('/calls')).toMatchObject(refused);
      expect(await program.get('/auth/me')).toMatchObject(refused);
      expect(await program.get('/users')).toMatchObject(refused);
      expect(await program.post('/api-keys', { name: 'x', scopes: ['calls:read'] })).toMatchObject(refused);
    });

    it('are shown once and kept as a hash', async () => {
      const { client } = await admin();
      const { secret, hint } = await keyFor(client, ['calls:read']);
      expect(secret).toMatch(/^od_live_[\w-]{43}[\da-f]{8}$/);
      expect(secret.endsWith(hint)).toBe(true);
      const { body } = await client.get('/api-keys');
      expect(JSON.stringify(body)).not.toContain(secret);
      const stored = await database.query(`SELECT * FROM api_keys`);
      expect(JSON.stringify(stored)).not.toContain(secret.slice(8, 50));
    });

    it('act in the audit log under their own id, and say when they were used', async () => {
      const { client } = await admin();
      const { id, program } = await keyFor(client, ['campaigns:write']);
      await program.post('/campaigns', { name: 'a', system_prompt: 'b', voice_id: 'c' });
      const { body } = await client.get<{ items: object[] }>('/audit-log?action=campaign.create');
      expect(body.items).toMatchObject([{ actor_kind: 'api_key', actor_id: id }]);
      const keys = await client.get<{ api_keys: { last_used_at: string | null }[] }>('/api-keys');
      expect(keys.body.api_keys[0]?.last_used_at).not.toBeNull();
    });

    it('are refused at once when they are revoked, by whatever process, or have expired', async () => {
      const { client } = await admin();
      const [here, elsewhere] = [await keyFor(client, ['campaigns:read']), await keyFor(client, ['campaigns:read'])];
      const statuses = () =>
        Promise.all([here, elsewhere].map(async ({ program }) => (await program.get('/campaigns')).status));
      expect(await statuses()).toEqual([200, 200]);
      expect((await client.delete(`/api-keys/${here.id}`)).status).toBe(204);
      await database.query(`UPDATE api_keys SET revoked_at = now() WHERE id = $1`, [elsewhere.id]);
      expect(await statuses()).toEqual([401, 401]);
      const soon = await keyFor(client, ['campaigns:read'], '2999-01-01T00:00:00Z');
      await database.query(`UPDATE api_keys SET expires_at = now() WHERE id = $1`, [soon.id]);
      expect((await soon.program.get('/campaigns')).status).toBe(401);
      expect(
        await client.post('/api-keys', { name: 'x', scopes: ['calls:read'], expires_at: '2020-01-01T00:00:00Z' }),
      ).toMatchObject({ status: 422, body: { errors: [{ field: 'expires_at' }] } });
    });

    it('that are made up, cut short or of another tenant open nothing', async () => {
      const [mine, theirs] = [await admin(), await admin()];
      const { id, secret } = await keyFor(theirs.client, ['campaigns:read']);
      for (const forged of [secret.slice(0, -1), `${secret}0`, secret.replace('od_live_', 'od_test_'), 'od_live_'])
        expect((await api.client.as(forged).get('/campaigns')).status).toBe(401);
      expect((await mine.client.delete(`/api-keys/${id}`)).status).toBe(404);
      expect((await api.client.as(secret).get('/campaigns')).status).toBe(200);
    });
  });
});
