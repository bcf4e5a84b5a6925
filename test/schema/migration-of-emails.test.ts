import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, ownerOptions } from '#database/data-source-options.js';
import { migrateDatabase } from '#database/migrate.js';
import { NormaliseEmails1763858600000 } from '#migrations/1763858600000-normalise-emails.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { hashPassword } from '../../apps/api/src/auth/passwords.js';
import { PASSWORD, startApi, type Registered, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Users of the version before, oldest first; PostgreSQL took each pair of them for two. */
const USERS = [
  { name: 'capitals', email: 'Ada@Example.com' },
  { name: 'composed', email: 'jos\u00E9@example.com' },
  { name: 'apart', email: 'jose\u0301@example.com' },
  { name: 'deactivated', email: 'A\u030Ake@example.com', isDeactivated: true },
  { name: 'active', email: '\u00C5ke@example.com' },
  { name: 'wide domain', email: 'ops@MÜNCHEN.example' },
] as const;

describe('A database of the version that let PostgreSQL fold emails', () => {
  let database: TestDatabase;
  let context: OpsContext;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase();
    const source = await new DataSource(ownerOptions(database.url)).initialize();
    const later = MIGRATIONS.length - MIGRATIONS.indexOf(NormaliseEmails1763858600000);
    for (let n = 0; n < later; n++) await source.undoLastMigration();
    await source.destroy();
    await furnish(database);
    await migrateDatabase(database.url);
    const config = testConfig(database.url);
    context = await openContext(config, database.url);
    api = await startApi(config);
  });

  afterAll(async () => {
    await api.close();
    await context.close();
    await database.drop();
  });

  const userNamed = async (name: string) =>
    (
      await database.query<{ id: string; email: string }>('SELECT id, email FROM user_profiles WHERE name = $1', [name])
    )[0]!;

  async function ops(...argv: string[]): Promise<{ code: number; text: string }> {
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    return { code: await runOps(argv, (work) => work(context), { print: write, complain: write }), text };
  }

  const login = (email: string) => api.client.post<Registered>('/auth/login', { email, password: PASSWORD });

  it.each([
    ['capitals', 'ada@example.com'],
    ['composed', 'jos\u00E9@example.com'],
    ['apart', 'jose\u0301@example.com'],
    ['deactivated', 'A\u030Ake@example.com'],
    ['active', '\u00E5ke@example.com'],
    ['wide domain', 'ops@xn--mnchen-3ya.example'],
  ])('keeps the user %s, with the email %s', async (name, email) => {
    expect((await userNamed(name)).email).toBe(email);
  });

  it('gives invitations that are open the one form', async () => {
    const [row] = await database.query('SELECT email FROM one_time_links');
    expect(row).toEqual({ email: 'grace@example.com' });
  });

  it('lets the one who keeps the email in, by any writing of it', async () => {
    for (const [name, typed] of [
      ['composed', 'JOSE\u0301@example.com'],
      ['active', '\u212BKE@example.com'],
    ] as const) {
      expect(await login(typed)).toMatchObject({ status: 200, body: { user: { id: (await userNamed(name)).id } } });
    }
  });

  it('lists the others, each with whom it collides, and gives them another email', async () => {
    const [apart, composed] = [await userNamed('apart'), await userNamed('composed')];
    const { text } = await ops('outgrown');
    expect(text).toContain(apart.id);
    expect(text).toContain(`${composed.email}, user ${composed.id}`);
    expect(text).toContain((await userNamed('deactivated')).id);
    expect(text).toContain('user email <user_id> --email address');
    expect(await ops('user', 'email', apart.id, '--email', '\u00C5ke@Example.com')).toMatchObject({ code: 1 });
    expect(await ops('user', 'email', crypto.randomUUID(), '--email', 'new@example.com')).toMatchObject({ code: 1 });
    expect(await ops('user', 'email', apart.id, '--email', 'Jose.Two@Example.com')).toMatchObject({ code: 0 });
    expect(await login('jose.two@example.com')).toMatchObject({ status: 200, body: { user: { id: apart.id } } });
    expect((await ops('outgrown')).text).not.toContain(apart.id);
  });
});

async function furnish(database: TestDatabase): Promise<void> {
  await database.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
  const passwordHash = await hashPassword(PASSWORD);
  for (const [n, user] of USERS.entries()) {
    await database.query(
      `WITH profile AS (
         INSERT INTO user_profiles (tenant_id, email, name, created_at, deactivated_at)
         SELECT id, $1, $2, now() - $3 * interval '1 day', CASE WHEN $4 THEN now() END FROM tenants RETURNING id
       )
       INSERT INTO user_credentials (user_id, password_hash) SELECT id, $5 FROM profile`,
      [user.email, user.name, USERS.length - n, 'isDeactivated' in user, passwordHash],
    );
  }
  await database.query(
    `INSERT INTO one_time_links (tenant_id, token_hash, purpose, email, role, expires_at)
     SELECT id, '\\x00', 'invitation', 'Grace@Example.com', 'user', now() + interval '1 day' FROM tenants`,
  );
}
