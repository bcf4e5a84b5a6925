import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { ApiClient } from '../support/api-client.js';

interface Log {
  readonly items: readonly { seq: number; action: string; subject_id: string | null; actor_id: string; hash: string }[];
  readonly total: number;
}

describe('The audit log', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let context: OpsContext;
  beforeAll(async () => {
    database = await createTestDatabase();
    const config = testConfig(database.url);
    api = await startApi(config);
    context = await openContext(config, database.url, new ObedientCarrier());
  });
  afterAll(async () => {
    await context.close();
    await api.close();
    await database.drop();
  });

  async function verify(): Promise<{ code: number; text: string }> {
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    return { code: await runOps(['audit'], (work) => work(context), { print: write, complain: write }), text };
  }

  const logOf = async (client: ApiClient, query = '') => (await client.get<Log>(`/audit-log${query}`)).body;

  /** Makes one request of every kind that a person can make. */
  async function doEverything(client: ApiClient): Promise<string> {
    const { id } = await createCampaign(client);
    const at = `/campaigns/${id}`;
    const { body } = await client.post<{ contact: { id: string } }>(`${at}/contacts`, { phone_number: dramaNumber(1) });
    await client.post(`${at}/contacts/bulk`, { contacts: [{ phone_number: dramaNumber(2) }, { phone_number: 'x' }] });
    await client.patch(at, { name: 'Renamed', system_prompt: 'x'.repeat(500) });
    for (const command of ['start', 'pause', 'resume', 'stop']) await client.post(`${at}/${command}`);
    await client.delete(`${at}/contacts/${body.contact.id}`);
    for (let n = 0; n < 2; n++) await client.delete(at);
    await client.post('/dnc', { phone_number: dramaNumber(3) });
    await client.delete(`/dnc/${encodeURIComponent(dramaNumber(3))}`);
    await client.post('/consents', { phone_number: dramaNumber(3), source: 'form', channel: 'web' });
    await client.post('/tenant/kill-switch/engage', { reason: 'Wrong list' });
    await client.post('/tenant/kill-switch/release');
    await client.post('/people/export', { phone_number: dramaNumber(3) });
    await client.post('/people/erase', { phone_number: dramaNumber(3) });
    return id;
  }

  it('has a record of everything a person did, in order, and of nobody who is called', async () => {
    const client = await newAdmin(api.client);
    const campaignId = await doEverything(client);
    const { items, total } = await logOf(client, '?page_size=100');
    expect(items.map(({ action }) => action).toReversed()).toEqual([
      'tenant.register',
      'tenant.update',
      'campaign.create',
      'contact.add',
      'contact.add',
      'campaign.update',
      'campaign.start',
      'campaign.pause',
      'campaign.resume',
      'campaign.stop',
      'contact.remove',
      'campaign.archive',
      'dnc.add',
      'dnc.remove',
      'consent.add',
      'kill_switch.engage',
      'kill_switch.release',
      'person.export',
      'person.erase',
    ]);
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, n) => total - n));
    const { body: me } = await client.get<{ id: string }>('/auth/me');
    expect(new Set(items.map(({ actor_id }) => actor_id))).toEqual(new Set([me.id]));
    expect(JSON.stringify(items)).not.toMatch(/20794600/);
    expect((await logOf(client, `?subject_id=${campaignId}`)).total).toBe(7);
    expect((await logOf(client, `?phone_number=${encodeURIComponent(dramaNumber(3))}`)).total).toBe(5);
    expect((await logOf(client, '?action=campaign.stop')).total).toBe(1);
    expect((await logOf(await newAdmin(api.client))).total).toBe(2);
  });

  it('has no record of what was refused', async () => {
    const client = await newAdmin(api.client);
    const before = (await logOf(client)).total;
    await client.post('/campaigns', { name: 'nothing else' });
    await client.post('/people/export', { phone_number: dramaNumber(99) });
    await client.delete(`/dnc/${encodeURIComponent(dramaNumber(99))}`);
    const { id } = await createCampaign(client);
    await client.post(`/campaigns/${id}/pause`);
    expect((await logOf(client)).total).toBe(before + 1);
  });

  it('is for admins', async () => {
    const client = await newAdmin(api.client);
    const { body } = await client.get<{ id: string }>('/auth/me');
    await database.query(`UPDATE user_profiles SET role = 'viewer' WHERE id = $1`, [body.id]);
    expect((await client.get('/audit-log')).status).toBe(403);
  });

  it('is made in one line however many act at once', async () => {
    const client = await newAdmin(api.client);
    await Promise.all(Array.from({ length: 20 }, () => createCampaign(client)));
    const { items } = await logOf(client, '?page_size=100');
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, n) => 22 - n));
    expect(await verify()).toMatchObject({ code: 0, text: expect.stringContaining('whole') });
  });

  it.each([
    'UPDATE audit_log SET action = action',
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
    'DELETE FROM audit_heads',
  ])('refuses: %s', async (statement) => {
    await expect(database.query(statement)).rejects.toThrow('is only ever added to');
  });

  const LAST = '(SELECT seq FROM audit_heads h WHERE h.tenant_id = audit_log.tenant_id)';
  it.each([
    [
      'a record that was changed',
      `UPDATE audit_log SET detail = '{"pending": 1}' WHERE seq = 2`,
      'record 2 has been changed',
    ],
    ['whose act it was', `UPDATE audit_log SET actor_id = NULL WHERE seq = 1`, 'record 1 has been changed'],
    [
      'a moment that was moved',
      `UPDATE audit_log SET at = at - interval '1 microsecond' WHERE seq = 2`,
      'record 2 has been changed',
    ],
    ['a record that was taken out', `DELETE FROM audit_log WHERE seq = 2`, 'record 2 is missing'],
    ['an end that was cut off', `DELETE FROM audit_log WHERE seq = ${LAST}`, 'the last 1 records are missing'],
    [
      'a record that was hashed anew',
      `UPDATE audit_log SET hash = sha256('x') WHERE seq = 1`,
      'record 1 has been changed',
    ],
    ['a head that is another', `UPDATE audit_heads SET hash = sha256('x')`, 'the head is not that of the last record'],
    ['a head that is gone', `DELETE FROM audit_heads`, 'the head of the chain is missing'],
  ])('ops audit finds %s by somebody who owns the database', async (_, statement, flaw) => {
    const client = await newAdmin(api.client);
    await createCampaign(client);
    expect((await verify()).code).toBe(0);
    await database.query(`CREATE TABLE kept_log AS TABLE audit_log; CREATE TABLE kept_heads AS TABLE audit_heads`);
    await database.query(`ALTER TABLE audit_log DISABLE TRIGGER USER; ALTER TABLE audit_heads DISABLE TRIGGER USER`);
    await database.query(statement);
    expect(await verify()).toMatchObject({ code: 1, text: expect.stringContaining(flaw) });
    await database.query(`
      DELETE FROM audit_log; DELETE FROM audit_heads;
      INSERT INTO audit_log TABLE kept_log; INSERT INTO audit_heads TABLE kept_heads;
      DROP TABLE kept_log, kept_heads;
      ALTER TABLE audit_log ENABLE TRIGGER USER; ALTER TABLE audit_heads ENABLE TRIGGER USER`);
    expect((await verify()).code).toBe(0);
  });
});
