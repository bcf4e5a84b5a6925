import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database } from '#database/connection/database.js';
import { ContactImport } from '#dialer/imports/contact-import.js';
import { DncImport } from '#dialer/imports/dnc-import.js';
import { ImportRunner } from '#dialer/imports/import-runner.js';
import { ImportContext, type SentFile, type Tenant } from '../support/import-context.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';

const AT_ONCE = { signOfLifeMs: 1, turnMs: 0 };

describe('What one file may take', () => {
  let context: ImportContext;
  let tenant: Tenant;
  beforeEach(async () => {
    context = await ImportContext.open();
    tenant = await context.newTenant();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await context.close();
  });

  const work = () => context.part(ImportRunner).runNext('a worker');
  const setTogether = (together: number) => {
    for (const kind of [ContactImport, DncImport]) Object.assign(context.part<object>(kind), { together });
  };

  async function contacts({ client }: Tenant, text: string | Buffer): Promise<SentFile> {
    const { id } = await createCampaign(client);
    return { path: `/campaigns/${id}/imports`, bytes: Buffer.from(text), query: {} };
  }
  const numbers = (text: string | Buffer): SentFile => ({ path: '/dnc/imports', bytes: Buffer.from(text), query: {} });

  const listed = (count: number) =>
    ['phone_number', ...Array.from({ length: count }, (_, n) => dramaNumber(n))].join('\n');

  it('lines are counted, the empty ones too', async () => {
    Object.assign(context.part(ImportRunner), { mostLines: 1_000 });
    const bytes = `${listed(2)}${'\n'.repeat(1_000)}${dramaNumber(9)}`;
    const { done } = await context.import(tenant.client, numbers(bytes), 'whole');
    expect(done).toMatchObject({ status: 'failed', problem_code: 'too_many_rows', rows_read: 2, created: 2 });
    expect(done.problem).toContain('NOT on the do-not-call list');
  });

  it('a gzip of nearly nothing fails at once, with what stands before in', async () => {
    const bomb = gzipSync(`${listed(3)}\n${`${' '.repeat(1_023)}\n`.repeat(20_000)}`);
    for (const file of [await contacts(tenant, bomb), numbers(bomb)]) {
      const { done } = await context.import(tenant.client, file, 'whole');
      expect(done).toMatchObject({ status: 'failed', problem_code: 'packed_too_tightly', rows_read: 3, created: 3 });
      expect(done.problem).toContain('Send it unpacked');
    }
    const { body } = await tenant.client.get<{ items: { problem: string }[] }>('/imports');
    expect(body.items.map(({ problem }) => problem.includes('NOT on the do-not-call list'))).toEqual([true, false]);
  });

  it.each(['contacts', 'dnc'])('keeps the first refused rows and counts the rest: %s', async (kind) => {
    setTogether(4);
    Object.assign(context.part(ImportRunner), { mostKept: 5 });
    const text = ['phone_number', ...Array.from({ length: 12 }, () => 'nobody'), dramaNumber(1)].join('\n');
    const file = kind === 'dnc' ? numbers(text) : await contacts(tenant, text);
    const sent = await context.send(tenant.client, file);
    await work();
    const done = await context.look(tenant.client, sent.id);
    expect(done).toMatchObject({ rows_read: 13, created: 1, invalid: 12 });
    const rows = await context.rowsOf(sent.id);
    expect(done.rows_left_out).toBe(12 - rows.length);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: rows.length }, (_, n) => n + 2));
    expect(rows.length).toBe(5);
    if (kind === 'dnc') expect(done.problem).toContain('of the first 5 rows that it has');
    const csv = await tenant.client.get<string>(`/imports/${sent.id}/rows.csv`);
    expect(csv.body.trim().split('\n')).toHaveLength(6);
  });

  it("of a tenant with many files waits for another tenant's one", async () => {
    const other = await context.newTenant();
    const many = [1, 2, 3].map(async () => context.send(tenant.client, await contacts(tenant, listed(1))));
    const ids = (await Promise.all(many)).map(({ id }) => id);
    const one = await context.send(other.client, await contacts(other, listed(1)));
    const isDone = async (id: string, { client }: Tenant) => (await context.look(client, id)).status === 'completed';
    await work();
    expect(await isDone(one.id, other)).toBe(false);
    await work();
    expect(await isDone(one.id, other)).toBe(true);
    await work();
    await work();
    for (const id of ids) expect(await isDone(id, tenant)).toBe(true);
  });

  it("makes room for another tenant's after a while, and goes on where it was", async () => {
    setTogether(2);
    Object.assign(context.part(ImportRunner), { times: AT_ONCE });
    const other = await context.newTenant();
    const long = await context.send(tenant.client, await contacts(tenant, listed(200)));
    const short = await context.send(other.client, numbers(listed(1)));
    await work();
    const left = await context.look(tenant.client, long.id);
    expect(left.status).toBe('running');
    expect(left.rows_read).toBeGreaterThan(0);
    expect(left.rows_read).toBeLessThan(200);
    await work();
    expect((await context.look(other.client, short.id)).status).toBe('completed');
    await work();
    expect(await context.look(tenant.client, long.id)).toMatchObject({
      status: 'completed',
      rows_read: 200,
      created: 200,
      duplicate_in_file: 0,
    });
  });

  it('is left alone soon after it was canceled, though no row comes', async () => {
    Object.assign(context.part(ImportRunner), { times: AT_ONCE });
    const blank = `${' '.repeat(1_023)}\n`.repeat(1_024);
    const sent = await context.send(tenant.client, await contacts(tenant, `phone_number\n${blank.repeat(40)}`));
    const database = context.part(Database);
    const run = database.run.bind(database);
    let pieces = 0;
    vi.spyOn(database, 'run').mockImplementation(async (statement, values) => {
      if (statement.name === 'read-import-chunk' && ++pieces === 3) {
        expect((await tenant.client.post(`/imports/${sent.id}/cancel`)).status).toBe(200);
        const keeping = () => run({ name: 'held', text: 'SELECT 1 FROM imports WHERE holder IS NOT NULL' });
        await expect.poll(keeping).toEqual([]);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return run(statement, values);
    });
    await work();
    expect(pieces).toBeLessThan(20);
    expect(await context.look(tenant.client, sent.id)).toMatchObject({ status: 'canceled', rows_read: 0 });
  });
});
