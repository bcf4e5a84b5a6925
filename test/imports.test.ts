import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStage, type Stage } from './dialing/stage.js';
import { ObedientCarrier } from './harness/obedient-carrier.js';
import { createCampaign, dramaNumber, newAdmin } from './harness/running-api.js';
import type { ApiClient } from './harness/api-client.js';
import { until } from './harness/until.js';

interface ImportBody {
  readonly id: string;
  readonly status: string;
  readonly rows_read: number;
  readonly percent: number;
  readonly problem_code: string | null;
  readonly problem: string | null;
  readonly [field: string]: unknown;
}

const OVER = ['completed', 'failed', 'canceled', 'undone'];

describe('Imports', () => {
  let stage: Stage;
  let client: ApiClient;
  let carrier: ObedientCarrier;
  beforeAll(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
    client = stage.client;
  });
  afterAll(() => stage.close());

  /** Sends a file as the body itself. */
  async function send(path: string, file: string | Buffer, type = 'text/csv') {
    const response = await fetch(`${client.origin}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}`, 'content-type': type },
      body: file,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as { import: ImportBody },
    };
  }

  async function ended(id: string): Promise<ImportBody> {
    let last: ImportBody | null = null;
    await until('the import has ended', async () => {
      last = (await client.get<{ import: ImportBody }>(`/imports/${id}`)).body.import;
      return OVER.includes(last.status);
    });
    return last!;
  }

  async function importFile(path: string, file: string | Buffer, type?: string): Promise<ImportBody> {
    const { status, body } = await send(path, file, type);
    expect([status, body]).toEqual([202, expect.anything()]);
    return ended(body.import.id);
  }

  const rowsOf = async (id: string) =>
    (await client.get<string>(`/imports/${id}/rows.csv`)).body.trim().split('\r\n').slice(1);

  const contactsOf = async (campaignId: string) =>
    (
      await client.get<{ items: Record<string, unknown>[]; total: number }>(
        `/campaigns/${campaignId}/contacts?page_size=100`,
      )
    ).body;

  it('contacts: reads what a spreadsheet writes, and says of every row what came of it', async () => {
    const campaign = await createCampaign(client, { default_country: 'GB' });
    await client.post('/dnc', { phone_number: dramaNumber(4) });
    await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(3), first_name: 'Eve' });
    const file = [
      'Vorname;Telefon;E-Mail;Plan',
      `Jürgen;020 7946 0001;j@example.org;gold`,
      `Ada;${dramaNumber(2)};;`,
      `Eve;${dramaNumber(3)};;`,
      `Sue;${dramaNumber(4)};;`,
      `Ada;${dramaNumber(2)};;`,
      `Bob;12;;`,
      `Bob;;;`,
      `Bob;${dramaNumber(5)};no address;`,
      `Bob;${dramaNumber(6)};;;;x`,
    ].join('\r\n');
    const done = await importFile(`/campaigns/${campaign.id}/imports`, Buffer.from(file, 'latin1'));
    expect(done).toMatchObject({
      status: 'completed',
      percent: 100,
      rows_read: 9,
      created: 2,
      revived: 0,
      updated: 0,
      duplicate_in_file: 1,
      duplicate_existing: 1,
      invalid: 4,
      suppressed: 1,
      found: {
        encoding: 'windows-1252',
        delimiter: ';',
        mapping: { first_name: 'Vorname', phone_number: 'Telefon', email: 'E-Mail' },
        custom_fields: [{ name: 'Plan', variable: 'plan' }],
      },
    });
    expect(await rowsOf(done.id)).toEqual([
      `4,duplicate_existing,${dramaNumber(3)},the number was there already`,
      `5,suppressed,${dramaNumber(4)},the number is on the do-not-call list`,
      `6,duplicate_in_file,${dramaNumber(2)},the number stands earlier in this file`,
      '7,invalid,12,phone_number: is not a phone number',
      '8,invalid,,phone_number: is empty',
      `9,invalid,${dramaNumber(5)},email: is not an email address`,
      `10,invalid,${dramaNumber(6)},"has 6 cells, the header has 4"`,
    ]);
    const { items, total } = await contactsOf(campaign.id);
    expect(total).toBe(4);
    expect(items.find(({ phone_number }) => phone_number === dramaNumber(1))).toMatchObject({
      first_name: 'Jürgen',
      email: 'j@example.org',
      custom_fields: { Plan: 'gold' },
      status: 'pending',
    });
    expect(items.find(({ phone_number }) => phone_number === dramaNumber(4))).toMatchObject({ status: 'suppressed' });
  });

  it('contacts: a form, gzip, a mapping, and what is there filled in', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/contacts`, {
      phone_number: dramaNumber(1),
      first_name: 'Ada',
      custom_fields: { plan: 'basic', seat: 1 },
    });
    const form = new FormData();
    form.set('on_duplicate', 'update');
    form.set('mapping', JSON.stringify({ phone_number: 'B', last_name: 'A' }));
    form.set(
      'file',
      new Blob([gzipSync(`A,B,plan\nLovelace,${dramaNumber(1)},gold\n,${dramaNumber(2)},\n`)]),
      'spring.csv.gz',
    );
    const response = await fetch(`${client.origin}/api/v1/campaigns/${campaign.id}/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}` },
      body: form,
    });
    expect([response.status, response.headers.get('location')]).toEqual([
      202,
      expect.stringMatching(/\/imports\/[\da-f-]{36}$/),
    ]);
    const { import: queued } = (await response.json()) as { import: ImportBody };
    const done = await ended(queued.id);
    expect(done).toMatchObject({
      status: 'completed',
      file_name: 'spring.csv.gz',
      created: 1,
      updated: 1,
      rows_read: 2,
    });
    const { items } = await contactsOf(campaign.id);
    expect(items.find(({ phone_number }) => phone_number === dramaNumber(1))).toMatchObject({
      first_name: 'Ada',
      last_name: 'Lovelace',
      custom_fields: { plan: 'gold', seat: 1 },
    });
  });

  it('contacts: a dry run says the same and changes nothing', async () => {
    const campaign = await createCampaign(client);
    const file = `phone\n${dramaNumber(1)}\n${dramaNumber(1)}\nx\n${Array.from({ length: 1_500 }, (_, n) => `+4479111${String(n).padStart(5, '0')}`).join('\n')}\n+447911100001`;
    const dry = await importFile(`/campaigns/${campaign.id}/imports?dry_run=true`, file);
    expect((await contactsOf(campaign.id)).total).toBe(0);
    const wet = await importFile(`/campaigns/${campaign.id}/imports`, file);
    const counts = { rows_read: 1_504, created: 1_501, duplicate_in_file: 2, invalid: 1, duplicate_existing: 0 };
    expect([dry, wet]).toEqual([expect.objectContaining(counts), expect.objectContaining(counts)]);
    expect((await contactsOf(campaign.id)).total).toBe(1_501);
    expect((await client.post(`/imports/${dry.id}/undo`)).body).toMatchObject({
      status: 409,
      code: 'import_not_undoable',
    });
  });

  it('contacts: of a running campaign are dialed at once', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/start`);
    await send(`/campaigns/${campaign.id}/imports`, `phone\n${dramaNumber(21)}\n${dramaNumber(22)}\n`);
    await until('both are dialed', async () => carrier.requests.length === 2);
    expect(carrier.requests.map(({ to }) => to).toSorted()).toEqual([dramaNumber(21), dramaNumber(22)]);
  });

  it('undo: takes back what was never dialed, removes again what had been removed, and leaves the rest', async () => {
    const campaign = await createCampaign(client);
    const at = `/campaigns/${campaign.id}`;
    const add = async (n: number) =>
      (await client.post<{ contact: { id: string } }>(`${at}/contacts`, { phone_number: dramaNumber(n) })).body.contact
        .id;
    await add(31);
    await client.delete(`${at}/contacts/${await add(32)}`);
    const file = `phone\n${[31, 32, 33, 34].map(dramaNumber).join('\n')}`;
    const done = await importFile(`${at}/imports`, file);
    expect(done).toMatchObject({ created: 2, revived: 1, duplicate_existing: 1 });
    await stage.database.query(
      `UPDATE leads SET call_attempts = 1, status = 'exhausted' WHERE campaign_id = $1 AND phone_number = $2`,
      [campaign.id, dramaNumber(33)],
    );
    expect((await client.post(`/imports/${done.id}/undo`)).status).toBe(202);
    expect(await ended(done.id)).toMatchObject({ status: 'undone', undone: 2 });
    const { items } = await contactsOf(campaign.id);
    expect(new Set(items.map(({ phone_number }) => phone_number))).toEqual(new Set([dramaNumber(31), dramaNumber(33)]));
    expect((await client.post(`/imports/${done.id}/undo`)).status).toBe(409);
  });

  it('do-not-call: lists numbers with reason and end, suppresses contacts, and can be undone', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: [11, 12].map((n) => ({ phone_number: dramaNumber(n) })),
    });
    await client.post('/dnc', { phone_number: dramaNumber(12), reason: 'asked by email' });
    const file = [
      'number,reason,expires',
      `${dramaNumber(11)},registry,`,
      `${dramaNumber(12)},registry,`,
      `${dramaNumber(13)},,2099-01-01`,
      `${dramaNumber(13)},,`,
      `${dramaNumber(14)},,2001-01-01`,
      `${dramaNumber(15)},,soon`,
      'nobody,,',
    ].join('\n');
    const done = await importFile('/dnc/imports', file);
    expect(done).toMatchObject({
      kind: 'dnc',
      status: 'completed',
      rows_read: 7,
      created: 3,
      duplicate_existing: 1,
      duplicate_in_file: 1,
      invalid: 2,
    });
    const check = async (n: number) => (await client.get(`/dnc/${encodeURIComponent(dramaNumber(n))}`)).body;
    expect(await check(11)).toMatchObject({ is_listed: true, entry: { reason: 'registry', source: 'import' } });
    expect(await check(12)).toMatchObject({ entry: { reason: 'asked by email' } });
    expect(await check(13)).toMatchObject({ entry: { expires_at: null } });
    expect((await contactsOf(campaign.id)).items.map(({ status }) => status)).toEqual(['suppressed', 'suppressed']);
    await client.post(`/imports/${done.id}/undo`);
    expect(await ended(done.id)).toMatchObject({ status: 'undone', undone: 3 });
    expect(await check(11)).toMatchObject({ is_listed: false });
    expect(await check(12)).toMatchObject({ is_listed: true });
    const { items } = await contactsOf(campaign.id);
    expect(items.find(({ phone_number }) => phone_number === dramaNumber(11))).toMatchObject({ status: 'pending' });
  });

  it.each([
    ['an empty file', '', 'empty_file'],
    ['no column for the number', 'name,city\nAda,Ely\n', 'mapping'],
    ['a workbook', Buffer.from('504b030414000600', 'hex'), 'not_text'],
    ['a header twice', 'phone,Phone\n1,2\n', 'header_twice'],
    ['a quote that is never closed', `phone\n${dramaNumber(1)}\n"+44`, 'quote_not_closed'],
    ['a gzip that is none', Buffer.from('1f8b0000', 'hex'), 'file_damaged'],
    ['a line without end', Buffer.alloc(3_000_000, 'x'), 'record_too_long'],
  ])('%s ends in a state that says what happened', async (_, file, code) => {
    const campaign = await createCampaign(client);
    const { status, body } = await send(`/campaigns/${campaign.id}/imports`, file === '' ? Buffer.from('\n') : file);
    expect(status).toBe(202);
    const failed = await ended(body.import.id);
    expect(failed).toMatchObject({ status: 'failed', problem_code: code, problem: expect.stringMatching(/./) });
    expect((await contactsOf(campaign.id)).total).toBe(failed.created as number);
  });

  it('refuses what is no file, what it does not know, and what is not its own', async () => {
    const campaign = await createCampaign(client);
    const path = `/campaigns/${campaign.id}/imports`;
    expect((await client.post(path, { phone_number: 1 })).status).toBe(422);
    expect((await client.post(path)).status).toBe(422);
    expect((await send(`${path}?on_duplicate=replace`, 'phone\n')).status).toBe(422);
    expect((await send(`${path}?mapping=[1]`, 'phone\n')).status).toBe(422);
    expect((await send(`${path}?colour=red`, 'phone\n')).status).toBe(422);
    expect((await send(path, '{}', 'application/xml')).status).toBe(415);
    expect((await send('/campaigns', 'phone\n')).status).toBe(415);
    expect((await send('/campaigns/00000000-0000-4000-8000-000000000000/imports', 'phone\n')).status).toBe(404);
    const form = new FormData();
    form.set('dry_run', 'true');
    const answer = await fetch(`${client.origin}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}` },
      body: form,
    });
    expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ field: 'file' }] }]);
    expect((await client.get('/imports?campaign_id=mine')).status).toBe(422);
    expect((await send(path, 'no form', 'multipart/form-data')).status).toBe(422);
    expect((await send(path, '--x\r\ncut off', 'multipart/form-data; boundary=x')).status).toBe(422);
    const two = new FormData();
    for (const name of ['a.csv', 'b.csv']) two.append(name, new Blob(['phone\n']), name);
    const twoFiles = await fetch(`${client.origin}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}` },
      body: two,
    });
    expect(twoFiles.status).toBe(422);
    const stranger = await newAdmin(client);
    const { id } = await importFile(path, 'phone\n');
    for (const route of [`/imports/${id}`, `/imports/${id}/rows.csv`])
      expect((await stranger.get(route)).status).toBe(404);
    for (const act of ['cancel', 'undo']) expect((await stranger.post(`/imports/${id}/${act}`)).status).toBe(404);
    expect((await client.post(`/imports/${id}/cancel`)).body).toMatchObject({ status: 409, code: 'import_over' });
  });

  it('an upload that is cut off says so, and leaves nothing', async () => {
    const campaign = await createCampaign(client);
    const abort = new AbortController();
    async function* halfAFile() {
      yield Buffer.from(`phone\n${dramaNumber(1)}\n`);
      await until('it is being received', async () => {
        const rows = await stage.database.query(`SELECT FROM imports WHERE campaign_id = $1 AND status = 'receiving'`, [
          campaign.id,
        ]);
        return rows.length === 1;
      });
      abort.abort();
      yield Buffer.from('never sent');
    }
    await fetch(`${client.origin}/api/v1/campaigns/${campaign.id}/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}`, 'content-type': 'text/csv' },
      body: halfAFile(),
      duplex: 'half',
      signal: abort.signal,
    }).catch(() => undefined);
    await until('it has failed', async () => {
      const { body } = await client.get<{ items: ImportBody[] }>(`/imports?campaign_id=${campaign.id}`);
      return body.items[0]?.problem_code === 'upload_cut_off';
    });
    expect((await contactsOf(campaign.id)).total).toBe(0);
    await until(
      'its pieces are gone',
      async () => (await stage.database.query('SELECT FROM import_chunks')).length === 0,
    );
  });

  it('rows of a megabyte each do not go in together', async () => {
    const campaign = await createCampaign(client);
    const rows = Array.from({ length: 30 }, (_, n) => `+4479333${String(n).padStart(5, '0')},${'x'.repeat(900_000)}`);
    const done = await importFile(`/campaigns/${campaign.id}/imports`, `phone,note\n${rows.join('\n')}`);
    expect(done).toMatchObject({ status: 'completed', created: 30 });
  });

  it('the same file sent twice at once adds nobody twice, and each import adds up', async () => {
    const campaign = await createCampaign(client);
    const file = `phone\n${Array.from({ length: 3_000 }, (_, n) => `+4479222${String(n).padStart(5, '0')}`).join('\n')}`;
    const [a, b] = await Promise.all([1, 2].map(() => importFile(`/campaigns/${campaign.id}/imports`, file)));
    expect([a!.rows_read, b!.rows_read]).toEqual([3_000, 3_000]);
    expect((a!.created as number) + (b!.created as number)).toBe(3_000);
    expect((await contactsOf(campaign.id)).total).toBe(3_000);
  });
});
