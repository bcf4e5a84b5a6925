import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStage, type Stage } from '../engine/dialing/stage.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, dramaNumber, newAdmin } from '../support/running-api.js';
import type { ApiClient } from '../support/api-client.js';
import { until } from '../support/until.js';

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
      created: 3,
      revived: 0,
      updated: 0,
      duplicate_in_file: 1,
      duplicate_existing: 1,
      invalid: 3,
      suppressed: 1,
      found: {
        encoding: 'windows-1252',
        delimiter: ';',
        mapping: { first_name: 'Vorname', phone_number: 'Telefon', email: 'E-Mail' },
        custom_fields: [{ name: 'Plan', variable: 'plan' }],
      },
    });
    const contactWith = async (n: number) =>
      (await contactsOf(campaign.id)).items.find(({ phone_number }) => phone_number === dramaNumber(n))?.id;
    expect(await rowsOf(done.id)).toEqual([
      `4,duplicate_existing,${dramaNumber(3)},the number was there already (contact ${String(await contactWith(3))})`,
      `5,suppressed,${dramaNumber(4)},the number is on the do-not-call list`,
      `6,duplicate_in_file,${dramaNumber(2)},the number stands earlier in this file`,
      expect.stringMatching(/^7,invalid,12,"?phone_number: is not a phone number.*; write it with its country's code/),
      '8,invalid,,phone_number: is empty',
      `9,created,${dramaNumber(5)},"email: is not an email address, and is left out"`,
      `10,invalid,${dramaNumber(6)},"has 6 cells, the header has 4"`,
    ]);
    const { items, total } = await contactsOf(campaign.id);
    expect(total).toBe(5);
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
    const file = ['phone', dramaNumber(1), dramaNumber(1), 'x', ...mobiles(1_500, '+4479111'), '+447911100001'].join(
      '\n',
    );
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

  it('contacts: asks which column is the number, takes nobody, and goes by the mapping that comes', async () => {
    const campaign = await createCampaign(client, { default_country: 'US' });
    const path = `/campaigns/${campaign.id}/imports`;
    const file = 'Name,Number,Balance,Ref No\nAda,2025550101,12.50,2025550102\nBen,,0.00,2025550103\n';
    for (const query of ['?dry_run=true', '']) {
      const asked = await importFile(`${path}${query}`, file);
      expect(asked).toMatchObject({ status: 'failed', problem_code: 'needs_mapping', rows_read: 0, created: 0 });
      expect(asked.problem).toMatch(/"Number" \(100 % of its first cells are valid numbers: …101\)/);
      expect(asked['found']).toMatchObject({
        candidates: [{ column: 'Number' }, { column: 'Ref No', samples: ['…102', '…103'] }],
      });
    }
    const mapping = encodeURIComponent(JSON.stringify({ phone_number: ['number', 'Ref No'], full_name: 'Name' }));
    const done = await importFile(`${path}?mapping=${mapping}`, file);
    expect(done).toMatchObject({
      status: 'completed',
      created: 2,
      found: { mapping: { phone_number: ['Number', 'Ref No'] } },
    });
    const { items } = await contactsOf(campaign.id);
    expect(new Set(items.map(({ phone_number }) => phone_number))).toEqual(new Set(['+12025550101', '+12025550103']));
  });

  it('contacts: a fault in a cell costs that cell alone, and is told', async () => {
    const campaign = await createCampaign(client);
    const names = ['Ä'.repeat(100), 'Ä'.repeat(101), '😀'.repeat(100)];
    const file = [
      'phone,first_name,email,time zone,Notes,Notes',
      `${dramaNumber(101)},${names[0]},no address,Mars,a,b`,
      `${dramaNumber(102)},${names[1]},ada@example.org,,,`,
      `${dramaNumber(103)},${names[2]},ada@example.org,Europe/London,,`,
      `${dramaNumber(104)},J\uFFFDrgen,,,,`,
      `${dramaNumber(105)},A\0da,,,,`,
      `${dramaNumber(106)} ext. 12,Ada,,,,`,
      `4.42E+11,Ada,,,,`,
      `01/15/2024,Ada,,,,`,
      `${dramaNumber(107)},"Ada,,,,`,
    ].join('\n');
    const done = await importFile(`/campaigns/${campaign.id}/imports`, file);
    expect(done).toMatchObject({ status: 'completed', rows_read: 9, created: 6, invalid: 3, found: { extensions: 1 } });
    expect(await rowsOf(done.id)).toEqual([
      expect.stringMatching(/^2,created,.*email: is not an email address, and is left out; timezone: is not an IANA/),
      expect.stringMatching(/^3,created,.*first_name: is longer than 100 characters/),
      expect.stringMatching(/^5,created,.*first_name.*another encoding, and is left out/),
      expect.stringMatching(/^6,created,.*first_name.*NUL character, and is left out/),
      expect.stringMatching(/^8,invalid,4.42E\+11,.*cut its last digits/),
      expect.stringMatching(/^9,invalid,01\/15\/2024,.*is not a phone number, but a date/),
      expect.stringMatching(/^10,invalid,.*has a quote out of place/),
    ]);
    const { items } = await contactsOf(campaign.id);
    const of = (n: number) => items.find(({ phone_number }) => phone_number === dramaNumber(n));
    expect(of(101)).toMatchObject({
      first_name: names[0],
      email: null,
      timezone: null,
      custom_fields: { Notes: 'a', 'Notes 2': 'b' },
    });
    expect(of(103)).toMatchObject({ first_name: names[2], timezone: 'Europe/London' });
    expect(of(106)).toMatchObject({ custom_fields: { phone_extension: '12' } });
  });

  it('contacts: the custom fields of a person are 100 and 16,384 bytes at most, and the person is taken', async () => {
    const campaign = await createCampaign(client);
    const header = Array.from({ length: 120 }, (_, n) => `field ${n}`);
    const rows = [
      [dramaNumber(111), ...header.map(() => 'x')],
      [dramaNumber(112), 'y'.repeat(17_000), 'kept', ...header.slice(2).map(() => '')],
    ];
    const done = await importFile(`/campaigns/${campaign.id}/imports`, [['phone', ...header], ...rows].join('\n'));
    expect(done).toMatchObject({ created: 2, invalid: 0 });
    expect(await rowsOf(done.id)).toEqual([
      expect.stringMatching(
        /^2,created,.*100 fields and 16384 bytes at most; left out are ""field 100"".* and 15 more/,
      ),
      expect.stringMatching(/^3,created,.*left out are ""field 0""/),
    ]);
    const fields = new Map(
      (await contactsOf(campaign.id)).items.map((one) => [one['phone_number'], one['custom_fields']]),
    );
    expect(Object.keys(fields.get(dramaNumber(111)) as object)).toHaveLength(100);
    expect(fields.get(dramaNumber(112))).toEqual({ 'field 1': 'kept' });
    const more = `phone,first_name,new field\n${dramaNumber(111)},Ada,z\n`;
    const updated = await importFile(`/campaigns/${campaign.id}/imports?on_duplicate=update`, more);
    expect(updated).toMatchObject({ updated: 1 });
    expect(await rowsOf(updated.id)).toEqual([
      expect.stringMatching(/^2,updated,.*custom_fields: must be 100 fields at most.*left as they are/),
    ]);
    const after = (await contactsOf(campaign.id)).items.find((one) => one['phone_number'] === dramaNumber(111))!;
    expect([after['first_name'], Object.keys(after['custom_fields'] as object).length]).toEqual(['Ada', 100]);
  });

  it('contacts: a column that forbids calls suppresses people everywhere, until the import is undone', async () => {
    const [campaign, other] = [await createCampaign(client), await createCampaign(client)];
    const add = (n: number) => client.post(`/campaigns/${other.id}/contacts`, { phone_number: dramaNumber(n) });
    await add(201);
    await add(209);
    const file = [
      'phone,mobile,Do Not Call,Email opt out,OK to call',
      `${dramaNumber(201)},,yes,,yes`,
      `${dramaNumber(202)},,no,yes,yes`,
      `${dramaNumber(203)},,perhaps,,yes`,
      `${dramaNumber(204)},,,,no`,
      `${dramaNumber(205)},,,,`,
      `${dramaNumber(206)},,,,yes`,
      `${dramaNumber(206)},,X,,yes`,
      `nobody,${dramaNumber(207)},2024-05-01,,yes`,
      `${dramaNumber(208)},${dramaNumber(209)},1,,yes,too many`,
    ].join('\n');
    const path = `/campaigns/${campaign.id}/imports`;
    const dry = await importFile(`${path}?dry_run=true`, file);
    const dryRows = await rowsOf(dry.id);
    const check = async (n: number) =>
      (await client.get<{ is_listed: boolean }>(`/dnc/${encodeURIComponent(dramaNumber(n))}`)).body.is_listed;
    expect([dry['suppressed'], await check(201)]).toEqual([6, false]);
    const done = await importFile(path, file);
    const counts = { rows_read: 9, created: 1, suppressed: 6, duplicate_in_file: 1, invalid: 1 };
    expect([dry, done]).toEqual([expect.objectContaining(counts), expect.objectContaining(counts)]);
    expect(await rowsOf(done.id)).toEqual(dryRows);
    expect(done['found']).toMatchObject({
      do_not_call_columns: ['Do Not Call', 'OK to call'],
      call_permission_columns: ['OK to call'],
      other_opt_out_columns: ['Email opt out'],
      mapping: { phone_number: ['phone', 'mobile'] },
    });
    const statuses = async (id: string) =>
      new Map((await contactsOf(id)).items.map((one) => [one['phone_number'], one['status']]));
    const mine = await statuses(campaign.id);
    expect([202, 201, 203, 204, 205, 206, 207].map((n) => mine.get(dramaNumber(n)))).toEqual([
      'pending',
      ...Array.from({ length: 6 }, () => 'suppressed'),
    ]);
    expect([...(await statuses(other.id)).values()]).toEqual(['suppressed', 'suppressed']);
    for (const n of [201, 203, 204, 205, 206, 207, 208, 209]) expect([n, await check(n)]).toEqual([n, true]);
    expect(await check(202)).toBe(false);
    await client.post(`/imports/${done.id}/undo`);
    expect(await ended(done.id)).toMatchObject({ status: 'undone', undone: 7 });
    for (const n of [201, 206, 209]) expect([n, await check(n)]).toEqual([n, false]);
    expect([...(await statuses(other.id)).values()]).toEqual(['pending', 'pending']);
    expect((await contactsOf(campaign.id)).total).toBe(0);
  });

  it('contacts: no column forbids calls where the sender says so', async () => {
    const campaign = await createCampaign(client);
    const mapping = encodeURIComponent(JSON.stringify({ do_not_call: [] }));
    const file = `phone,Blocked\n${dramaNumber(221)},Brixton\n`;
    const done = await importFile(`/campaigns/${campaign.id}/imports?mapping=${mapping}`, file);
    expect(done).toMatchObject({ created: 1, suppressed: 0, found: { mapping: { phone_number: 'phone' } } });
  });

  it('contacts: what stands before the place where a file breaks off is in', async () => {
    const campaign = await createCampaign(client);
    const rows = Array.from({ length: 5_000 }, (_, n) => `+4479444${String(n).padStart(5, '0')}`);
    const failed = await importFile(
      `/campaigns/${campaign.id}/imports`,
      `phone\n${rows.join('\n')}\n${'x'.repeat(1_100_000)}`,
    );
    expect(failed).toMatchObject({
      status: 'failed',
      problem_code: 'record_too_long',
      rows_read: 5_000,
      created: 5_000,
    });
    expect((await contactsOf(campaign.id)).total).toBe(5_000);
    await client.post(`/imports/${failed.id}/undo`);
    expect(await ended(failed.id)).toMatchObject({ status: 'undone', undone: 5_000 });
  });

  it.each([
    ['an empty file', '', 'empty_file'],
    ['no column for the number', 'name,city\nAda,Ely\n', 'needs_mapping'],
    ['a workbook', Buffer.from('504b030414000600', 'hex'), 'not_text'],
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
    const file = ['phone', ...mobiles(3_000, '+4479222')].join('\n');
    const [a, b] = await Promise.all([1, 2].map(() => importFile(`/campaigns/${campaign.id}/imports`, file)));
    expect([a!.rows_read, b!.rows_read]).toEqual([3_000, 3_000]);
    expect((a!.created as number) + (b!.created as number)).toBe(3_000);
    expect((await contactsOf(campaign.id)).total).toBe(3_000);
  });
});

/** Returns numbers that begin alike and end with their position. */
function mobiles(count: number, beginning: string): string[] {
  return Array.from({ length: count }, (_, n) => `${beginning}${String(n).padStart(5, '0')}`);
}
