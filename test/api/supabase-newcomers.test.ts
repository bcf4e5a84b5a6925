import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, startApi, type RunningApi } from '../support/running-api.js';
import { KeyServer, newSigningKey, type SigningKey } from '../support/supabase-keys.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('A user of a Supabase project whom nobody has placed', () => {
  const project = new KeyServer();
  let database: TestDatabase;
  let api: RunningApi;
  let url: string;
  let key: SigningKey;

  beforeAll(async () => {
    database = await createTestDatabase();
    url = await project.open();
    key = await newSigningKey('ES256', 'current');
    project.keys = [key.jwk];
    api = await startApi(testConfig(database.url, { SUPABASE_URL: url }));
  });

  afterAll(async () => {
    await api.close();
    project.close();
    await database.drop();
  });

  function tokenWith(claims: object): Promise<string> {
    const id = crypto.randomUUID();
    const standing = { iss: `${url}/auth/v1`, aud: 'authenticated', role: 'authenticated' };
    return new SignJWT({ ...standing, sub: id, email: `${id}@example.org`, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.jwk.kid })
      .setExpirationTime('10m')
      .sign(key.privateKey);
  }

  const countRows = async () =>
    (await database.query('SELECT id FROM tenants UNION ALL SELECT id::text FROM user_profiles')).length;

  it.each<[string, (said: object) => object]>([
    ['says nothing', () => ({})],
    ['says it in user_metadata', (said) => ({ user_metadata: said })],
    ['says it in the token itself', (said) => said],
    ['has a role and no tenant', () => ({ app_metadata: { outdial_role: 'admin' } })],
    ['has an empty tenant', () => ({ app_metadata: { tenant_id: '' } })],
    ['has no tenant by name', () => ({ app_metadata: { tenant_id: null } })],
  ])('is refused by default where the token %s, and leaves no row', async (_what, claimsOf) => {
    const { user } = await register(api.client);
    const before = await countRows();
    const said = { tenant_id: user.tenant_id, outdial_role: 'admin', business_name: 'Mine' };
    const client = api.client.as(await tokenWith(claimsOf(said)));
    for (const path of ['/auth/me', '/campaigns'])
      expect(await client.get(path)).toMatchObject({ status: 403, body: { code: 'profile_missing' } });
    expect(await countRows()).toBe(before);
  });

  it('comes in once the project says to which tenant they belong', async () => {
    const { user } = await register(api.client);
    const token = await tokenWith({
      app_metadata: { tenant_id: user.tenant_id },
      // Users write this themselves.
      user_metadata: { outdial_role: 'admin', role: 'admin', app_metadata: { outdial_role: 'admin' } },
    });
    expect(await api.client.as(token).get('/auth/me')).toMatchObject({
      status: 200,
      body: { tenant_id: user.tenant_id, role: 'user' },
    });
  });
});
