import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CredentialCipher } from '#dialer/routes/credential-cipher.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const [OLD, NEW, LOST] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
const SECRET = 'hush-hush';

interface StoredAccount {
  readonly id: string;
  readonly tenant_id: string;
  readonly credentials: string;
}

describe('ops -- reseal', () => {
  let database: TestDatabase;
  let context: OpsContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(`INSERT INTO tenants (id, business_name) VALUES ('t-1', 'One Ltd'), ('t-2', 'Two Ltd')`);
  });

  afterAll(() => database.drop());

  beforeEach(async () => {
    await database.query('DELETE FROM telephony_accounts');
    context = await contextWith(NEW, OLD);
  });

  afterEach(() => context.close());

  const contextWith = (...keys: Buffer[]) => {
    const names = keys.map((key) => key.toString('hex')).join(',');
    return openContext(testConfig(database.url, { CREDENTIALS_KEYS: names }), database.url, new ObedientCarrier());
  };

  async function ops(...options: string[]): Promise<{ code: number; text: string }> {
    let text = '';
    const print = (more: string) => (text += `${more}\n`);
    const code = await runOps(['reseal', ...options], (work) => work(context), { print, complain: print });
    return { code, text };
  }

  async function seal(key: Buffer, tenantId = 't-1', secret = SECRET): Promise<string> {
    const id = crypto.randomUUID();
    const credentials = new CredentialCipher([key]).seal(secret, { tenantId, accountId: id });
    await database.query(
      `INSERT INTO telephony_accounts (id, tenant_id, name, provider, credentials, hint)
       VALUES ($1, $2, $3, 'vapi', $4, 'wxyz')`,
      [id, tenantId, `Account ${id}`, credentials],
    );
    return id;
  }

  const stored = () =>
    database.query<StoredAccount>('SELECT id, tenant_id, credentials FROM telephony_accounts ORDER BY id');
  /** Returns what each account reveals to a process that has nothing but this key. */
  const toldUnder = async (key: Buffer) => {
    const vault = new CredentialCipher([key]);
    const rows = await stored();
    return rows.map(({ id, tenant_id, credentials }) =>
      vault.open(credentials, { tenantId: tenant_id, accountId: id }),
    );
  };
  const isWaitedFor = (sessions: number) =>
    until(`${sessions} wait for a lock`, async () => {
      const waiting = await database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length === sessions;
    });
  const acts = () =>
    database.query(`
      SELECT l.tenant_id, subject_id FROM audit_log l JOIN telephony_accounts a ON a.id::text = subject_id
      WHERE action = 'telephony_account.reseal'`);

  it('says how many lie under which key, and what it would do; changes nothing', async () => {
    for (const key of [NEW, OLD, OLD]) await seal(key);
    const before = await stored();
    const { code, text } = await ops();
    expect(code).toBe(0);
    expect(text).toMatch(/the first key +1\n +another key that opens them +2\n +no key that is here +0\n/);
    expect(text).toMatch(/Would seal 2 .* add --yes/);
    expect(JSON.parse((await ops('--json')).text)).toEqual({ first: 1, other: 2, none: [], resealed: null });
    expect(await stored()).toEqual(before);
  });

  it('seals under the first key what lies under another, of all tenants, so that the old key can go', async () => {
    const fresh = await seal(NEW);
    const old = [await seal(OLD, 't-1'), await seal(OLD, 't-2')];
    const kept = (await stored()).find(({ id }) => id === fresh);
    expect(await ops('--yes')).toMatchObject({ code: 0, text: /Sealed anew: 2\. All are under the first key/ });
    expect(await toldUnder(NEW)).toEqual([SECRET, SECRET, SECRET]);
    expect(await stored()).toContainEqual(kept);
    expect(await acts()).toEqual(
      expect.arrayContaining([
        { tenant_id: 't-1', subject_id: old[0] },
        { tenant_id: 't-2', subject_id: old[1] },
      ]),
    );
    expect(await ops('--yes')).toMatchObject({ code: 0, text: /Sealed anew: 0/ });
    expect(await acts()).toHaveLength(2);
  });

  it('gets to the end of more accounts than it reads at once', async () => {
    await Promise.all(Array.from({ length: 450 }, () => seal(OLD)));
    expect(JSON.parse((await ops('--json', '--yes')).text)).toEqual({ first: 450, other: 0, none: [], resealed: 450 });
  });

  it('names those that open with no key, leaves them as they are, and ends with 1', async () => {
    const lost = await seal(LOST, 't-2', 'not-for-anybody');
    await seal(OLD);
    const before = (await stored()).find(({ id }) => id === lost);
    for (const options of [[], ['--yes']]) {
      const { code, text } = await ops(...options);
      expect(code).toBe(1);
      expect(text).toMatch(new RegExp(`${lost} +Account ${lost} +t-2`));
      expect(text).not.toMatch(/not-for-anybody|v1\./);
    }
    const { code, text } = await ops('--json');
    expect([code, JSON.parse(text)]).toEqual([
      1,
      { first: 1, other: 0, none: [{ id: lost, name: `Account ${lost}`, tenant_id: 't-2' }], resealed: null },
    ]);
    expect((await stored()).find(({ id }) => id === lost)).toEqual(before);
  });

  it('opens none without keys, and has nothing to say where nobody has an account', async () => {
    await context.close();
    context = await contextWith();
    expect(await ops('--yes')).toEqual({ code: 0, text: 'No telephony account has credentials.\n' });
    await seal(OLD);
    expect((await ops('--yes')).code).toBe(1);
    expect(await toldUnder(OLD)).toEqual([SECRET]);
  });

  it('does not put old credentials in the place of those that are given meanwhile', async () => {
    const id = await seal(OLD);
    const given = new CredentialCipher([NEW]).seal('the-next-one', { tenantId: 't-1', accountId: id });
    const change = await database.lock(`UPDATE telephony_accounts SET credentials = '${given}' WHERE id = '${id}'`);
    const resealing = ops('--yes');
    await isWaitedFor(1);
    await change.commit();
    expect(await resealing).toMatchObject({ code: 0, text: /Sealed anew: 0/ });
    expect(await toldUnder(NEW)).toEqual(['the-next-one']);
    expect(await acts()).toEqual([]);
  });

  it('says that some lie under an old key again, where somebody still seals under it', async () => {
    const id = await seal(OLD);
    const given = new CredentialCipher([OLD]).seal('the-next-one', { tenantId: 't-1', accountId: id });
    const change = await database.lock(`UPDATE telephony_accounts SET credentials = '${given}' WHERE id = '${id}'`);
    const resealing = ops('--yes');
    await isWaitedFor(1);
    await change.commit();
    expect(await resealing).toMatchObject({ code: 1, text: /1 lie under another key again/ });
  });

  it('does not bring back an account that is deleted meanwhile', async () => {
    const id = await seal(OLD);
    const deletion = await database.lock(
      `UPDATE telephony_accounts SET credentials = NULL, deleted_at = now() WHERE id = '${id}'`,
    );
    const resealing = ops('--yes');
    await isWaitedFor(1);
    await deletion.commit();
    expect((await resealing).code).toBe(0);
    expect(await stored()).toMatchObject([{ credentials: null }]);
  });

  it('may be run twice at once: each account is sealed anew by one of them', async () => {
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await seal(OLD));
    const lock = await database.lock(`SELECT FROM telephony_accounts WHERE id = '${ids.toSorted()[0]}' FOR UPDATE`);
    const both = [ops('--yes', '--json'), ops('--yes', '--json')];
    await isWaitedFor(2);
    await lock.letGo();
    const counts = (await Promise.all(both)).map(({ text }) => (JSON.parse(text) as { resealed: number }).resealed);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(5);
    expect(await toldUnder(NEW)).toEqual(Array(5).fill(SECRET));
    expect(await acts()).toHaveLength(5);
  });

  it.each([['all'], ['--force']])('does not take %s', async (argument) => {
    expect((await ops(argument)).code).toBe(2);
  });
});
