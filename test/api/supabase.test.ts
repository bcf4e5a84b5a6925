import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { register, startApi, type RunningApi } from '../support/running-api.js';
import { KeyServer, newSigningKey, type SigningKey } from '../support/supabase-keys.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const SECRET = 'the legacy secret of a project, long enough';
const SHARED = Buffer.from(SECRET);

describe('Supabase Auth', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let url: string;
  let keys: Record<'ES256' | 'RS256' | 'EdDSA' | 'rotated' | 'unknown', SigningKey>;
  const server = new KeyServer();

  beforeAll(async () => {
    database = await createTestDatabase();
    url = await server.open();
    const [es, rs, ed, rotated, unknown] = await Promise.all([
      newSigningKey('ES256', 'es'),
      newSigningKey('RS256', 'rs'),
      newSigningKey('EdDSA', 'ed'),
      newSigningKey('ES256', 'rotated'),
      newSigningKey('ES256', 'unknown'),
    ]);
    keys = { ES256: es, RS256: rs, EdDSA: ed, rotated, unknown };
    server.keys = [es.jwk, rs.jwk, ed.jwk];
    api = await startApi(
      testConfig(database.url, {
        SUPABASE_URL: `${url}/`,
        SUPABASE_JWT_SECRET: SECRET,
        SUPABASE_NEW_USERS: 'own_tenant',
      }),
    );
  });

  afterAll(async () => {
    await api.close();
    server.close();
    await database.drop();
  });

  beforeEach(() => {
    server.mode = 'ok';
  });

  const person = () => ({ sub: crypto.randomUUID(), email: `person-${crypto.randomUUID()}@example.org` });

  function claims(changes: JWTPayload = {}): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    const standing = { iss: `${url}/auth/v1`, aud: 'authenticated', role: 'authenticated', iat: now, exp: now + 600 };
    return { ...standing, ...person(), ...changes };
  }

  function without(payload: JWTPayload, ...names: string[]): JWTPayload {
    return Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)));
  }

  const sign = (payload: JWTPayload, key: SigningKey, header: object = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.jwk.kid, ...header }).sign(key.privateKey);
  const signShared = (payload: JWTPayload, secret: Uint8Array = SHARED) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secret);
  const me = (token: string) => api.client.as(token).get<Record<string, unknown>>('/auth/me');

  describe('lets in', () => {
    it.each(['ES256', 'RS256', 'EdDSA'] as const)('users by %s', async (alg) => {
      const { sub, email } = person();
      const answer = await me(await sign(claims({ sub, email }), keys[alg]));
      expect(answer).toMatchObject({ status: 200, body: { id: sub, email, role: 'admin' } });
    });

    it("users by the project's legacy secret", async () => {
      expect((await me(await signShared(claims()))).status).toBe(200);
    });

    it("Outdial's own users beside them", async () => {
      const { access_token, user } = await register(api.client);
      expect(await me(access_token)).toMatchObject({ status: 200, body: { id: user.id } });
    });
  });

  describe('claims that cannot be stored', () => {
    const signed = async (changes: JWTPayload) => me(await sign(claims(changes), keys.ES256));

    it.each(['a\0@example.org', 'a\uD800@example.org', 'x'.repeat(255)])('an email %j is no user', async (email) => {
      expect((await signed({ email })).status).toBe(401);
    });

    it.each(['a\0b', '\uDFFF', 'x'.repeat(5_000)])('a tenant_id %j is none that there is', async (tenant_id) => {
      expect(await signed({ app_metadata: { tenant_id } })).toMatchObject({
        status: 403,
        body: { code: 'profile_missing' },
      });
    });

    it.each([
      ['a\0b', null],
      ['a\uD800', null],
      ['😀'.repeat(300), '😀'.repeat(255)],
    ])('a name %j is %j', async (name, kept) => {
      const user_metadata = { full_name: name, business_name: 'b\uDC00' };
      const { status, body } = await signed({ user_metadata });
      expect([status, body['name'], body['business_name']]).toEqual([200, kept, 'example.org']);
    });
  });

  describe('keys', () => {
    it('are fetched once for many tokens', async () => {
      await me(await sign(claims(), keys.ES256));
      const before = server.asked;
      for (let n = 0; n < 5; n++) expect((await me(await sign(claims(), keys.RS256))).status).toBe(200);
      expect(server.asked).toBe(before);
    });

    it('that were had before go on while the endpoint is away; of others nobody can tell, which is a 503', async () => {
      await me(await sign(claims(), keys.ES256));
      for (const mode of ['error', 'garbage', 'deep', 'long'] as const) {
        server.mode = mode;
        expect((await me(await sign(claims(), keys.ES256))).status).toBe(200);
      }
    });

    it('that are new are found, and those that were withdrawn are gone with the next look', async () => {
      const own = await startRotating();
      const withKey = async (key: SigningKey) => (await own.me(await sign(own.claims(), key))).status;
      expect(await withKey(keys.ES256)).toBe(200);
      own.server.keys = [keys.rotated.jwk];
      await own.pastCooldown();
      expect(await withKey(keys.rotated)).toBe(200);
      expect(await withKey(keys.ES256)).toBe(401);
      await own.close();
    });
  });

  /** Starts a verifier with modules of its own: each process caches keys for itself. */
  async function startRotating() {
    const { TokenVerifier } = await import('../../apps/api/src/auth/supabase/token-verifier.js');
    const { InvalidToken, KeysOutOfReach } = await import('../../apps/api/src/auth/supabase/invalid-token.js');
    const own = new KeyServer();
    own.keys = [keys.ES256.jwk];
    const ownUrl = await own.open();
    const verifier = new TokenVerifier({ url: ownUrl, jwtSecret: null, newUsers: 'refuse' });
    const realNow = Date.now;
    let aheadMs = 0;
    Date.now = () => realNow() + aheadMs;
    return {
      server: own,
      claims: (changes: JWTPayload = {}) => claims({ iss: `${ownUrl}/auth/v1`, ...changes }),
      me: async (token: string) => {
        try {
          await verifier.verify(token);
          return { status: 200 };
        } catch (error) {
          if (error instanceof InvalidToken) return { status: 401 };
          if (error instanceof KeysOutOfReach) return { status: 503 };
          throw error;
        }
      },
      pastCooldown: async () => void (aheadMs += 6_000),
      close: async () => {
        Date.now = realNow;
        own.close();
      },
    };
  }

  it('a key endpoint that asks for a pause is left alone, for a minute at most', async () => {
    const own = await startRotating();
    own.server.mode = 'error';
    own.server.headers = { 'retry-after': '999999999' };
    const me = async () => (await own.me(await sign(own.claims(), keys.ES256))).status;
    expect([await me(), await me(), own.server.asked]).toEqual([503, 503, 1]);
    own.server.mode = 'ok';
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
    expect([await me(), own.server.asked]).toEqual([200, 2]);
    clock.mockRestore();
    await own.close();
  });

  it.each(['error', 'garbage', 'deep', 'long', 'silent'] as const)(
    'a key endpoint that is away from the beginning (%s) is a 503, not a 401',
    async (mode) => {
      const own = await startRotating();
      own.server.mode = mode;
      expect((await own.me(await sign(own.claims(), keys.ES256))).status).toBe(503);
      own.server.mode = 'ok';
      await own.pastCooldown();
      expect((await own.me(await sign(own.claims(), keys.ES256))).status).toBe(200);
      own.server.mode = mode;
      await own.pastCooldown();
      expect((await own.me(await sign(own.claims(), keys.ES256))).status).toBe(200);
      expect((await own.me(await sign(own.claims(), keys.unknown))).status).toBe(503);
      await own.close();
    },
    30_000,
  );

  describe('lets nobody in by', () => {
    const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;
    const publicKeyAsSecret = () => Buffer.from(JSON.stringify(keys.ES256.jwk));

    it.each<[string, () => Promise<string> | string]>([
      ['the anon key', () => signShared(without(claims({ role: 'anon', iss: 'supabase' }), 'sub', 'aud', 'email'))],
      ['an anon key that says more', () => signShared(claims({ role: 'anon' }))],
      ['the service key', () => signShared(claims({ role: 'service_role' }))],
      ['an anonymous user', () => signShared(claims({ is_anonymous: true }))],
      ['a publishable key', () => 'sb_publishable_0123456789abcdefghijkl'],
      ['a secret key', () => 'sb_secret_0123456789abcdefghijkl'],
      ['alg none', () => new UnsecuredJWT(claims()).encode()],
      ['the public key as a shared secret', () => signShared(claims(), publicKeyAsSecret())],
      ['another secret', () => signShared(claims(), Buffer.from('another secret that is as long as the other'))],
      ['a token that has expired', () => sign(claims({ exp: seconds(-60) }), keys.ES256)],
      ['a token for later', () => sign(claims({ nbf: seconds(600) }), keys.ES256)],
      ['a token that never expires', () => sign(without(claims(), 'exp'), keys.ES256)],
      ['another issuer', () => sign(claims({ iss: 'https://other.supabase.co/auth/v1' }), keys.ES256)],
      ['no issuer', () => sign(without(claims(), 'iss'), keys.ES256)],
      ['another audience', () => sign(claims({ aud: 'anon' }), keys.ES256)],
      ['no subject', () => sign(without(claims(), 'sub'), keys.ES256)],
      ['a subject that is no id', () => sign(claims({ sub: "' OR 1=1 --" }), keys.ES256)],
      ['no role', () => sign(without(claims(), 'role'), keys.ES256)],
      ['no email', () => sign(without(claims(), 'email'), keys.ES256)],
      ['a key that the project has not', () => sign(claims(), keys.unknown)],
      ['a key that claims to be another', () => sign(claims(), keys.unknown, { kid: 'es' })],
      ['a key id that is a path', () => sign(claims(), keys.unknown, { kid: '../../etc/passwd' })],
      ['a key that it brings along', () => sign(claims(), keys.unknown, { jwk: keys.unknown.jwk, kid: undefined })],
      ['a key address that it brings along', () => sign(claims(), keys.unknown, { jku: `${url}/x` })],
      ['a token that is cut short', async () => (await sign(claims(), keys.ES256)).slice(0, -5)],
      ['a token that is too long to be read', () => sign(claims({ padding: 'x'.repeat(7_000) }), keys.ES256)],
    ])('%s', async (_name, token) => {
      const answer = await me(await token());
      expect(answer).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    });
  });

  describe('a user seen for the first time', () => {
    it('gets a tenant of their own, as its admin, whatever they say of themselves', async () => {
      const first = await register(api.client);
      const user_metadata = { tenant_id: first.user.tenant_id, role: 'admin', business_name: 'Mine' };
      const { body } = await me(await sign(claims({ user_metadata }), keys.ES256));
      expect(body).toMatchObject({ role: 'admin', business_name: 'Mine' });
      expect(body['tenant_id']).not.toBe(first.user.tenant_id);
    });

    it('belongs to the tenant that the project says, as a user unless it says more', async () => {
      const { user, access_token } = await register(api.client);
      const app = (more: object) => claims({ app_metadata: { tenant_id: user.tenant_id, ...more } });
      const plain = await me(await sign(app({}), keys.ES256));
      expect(plain.body).toMatchObject({ tenant_id: user.tenant_id, role: 'user' });
      const viewer = await me(await sign(app({ outdial_role: 'viewer' }), keys.ES256));
      expect(viewer.body).toMatchObject({ role: 'viewer' });
      const log = await api.client.as(access_token).get<{ items: object[] }>('/audit-log?action=user.provision');
      expect(log.body.items).toHaveLength(2);
    });

    it.each([['nobody-has-this'], [42], [{ id: 1 }]])('is refused where the tenant %j is none', async (tenant_id) => {
      const token = await sign(claims({ app_metadata: { tenant_id } }), keys.ES256);
      expect(await me(token)).toMatchObject({ status: 403, body: { code: 'profile_missing' } });
    });

    it('cannot take over the email of another', async () => {
      const { user } = await register(api.client);
      const token = await sign(claims({ email: user.email.toUpperCase() }), keys.ES256);
      expect(await me(token)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    });

    it('gets one profile, however many requests come at once', async () => {
      const who = person();
      const token = await sign(claims(who), keys.ES256);
      const answers = await Promise.all(Array.from({ length: 8 }, () => me(token)));
      expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['tenant_id'])}`)).size).toBe(1);
      const tenants = await database.query(`SELECT DISTINCT tenant_id FROM user_profiles WHERE id = $1`, [who.sub]);
      expect(tenants).toHaveLength(1);
    });

    it('is kept out at once when they are deactivated, with a token that is still good', async () => {
      const { user, access_token } = await register(api.client);
      const who = person();
      const token = await sign(claims({ ...who, app_metadata: { tenant_id: user.tenant_id } }), keys.ES256);
      expect((await me(token)).status).toBe(200);
      await api.client.as(access_token).patch(`/users/${who.sub}`, { is_active: false });
      expect((await me(token)).status).toBe(401);
    });

    it('ends their session at Supabase, not here', async () => {
      const client = api.client.as(await sign(claims(), keys.ES256));
      await client.get('/auth/me');
      expect(await client.post('/auth/logout')).toMatchObject({ status: 409, body: { code: 'session_elsewhere' } });
    });
  });
});
