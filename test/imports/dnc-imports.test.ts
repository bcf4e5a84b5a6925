import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStage, type Stage } from '../engine/dialing/stage.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import type { ApiClient } from '../support/api-client.js';
import { createCampaign, newAdmin } from '../support/running-api.js';
import { until } from '../support/until.js';

interface ImportBody {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

interface Entry {
  readonly is_listed: boolean;
  readonly entry: {
    readonly expires_at: string | null;
    readonly reason: string | null;
    readonly source: string;
  } | null;
}

describe('A file of numbers that must not be called', () => {
  let stage: Stage;
  let client: ApiClient;
  let numbers = 0;
  beforeAll(async () => {
    stage = await setStage('postgres', new ObedientCarrier());
    client = stage.client;
  });
  afterAll(() => stage.close());

  const next = () => `+4479111${String(numbers++).padStart(5, '0')}`;

  async function importFile(file: string | Buffer, { query = '', as = client } = {}): Promise<ImportBody> {
    const response = await fetch(`${as.origin}/api/v1/dnc/imports${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${as.token}`, 'content-type': 'text/csv' },
      body: file,
    });
    expect(response.status).toBe(202);
    const { import: sent } = (await response.json()) as { import: ImportBody };
    return ended(sent.id, as);
  }

  async function ended(id: string, as = client): Promise<ImportBody> {
    let last: ImportBody | null = null;
    await until('the import has ended', async () => {
      last = (await as.get<{ import: ImportBody }>(`/imports/${id}`)).body.import;
      return ['completed', 'failed', 'undone'].includes(last.status);
    });
    return last!;
  }

  const rowsOf = async (id: string) =>
    (await client.get<string>(`/imports/${id}/rows.csv`)).body.trim().split('\r\n').slice(1);
  const check = async (number: string, as = client) => (await as.get<Entry>(`/dnc/${encodeURIComponent(number)}`)).body;
  const isListed = async (number: string) => (await check(number)).is_listed;
  const endOf = async (number: string) => (await check(number)).entry!.expires_at;

  it.each(['01/12/2099', '01.12.2099', 'never', 'permanent', '73050', '31/12/99', 'soon', '31/13/2099'])(
    'lists a number for good whose end is %j, and says so',
    async (text) => {
      const number = next();
      const done = await importFile(`phone,expires_at\n${number},${text}\n`);
      expect(done).toMatchObject({ status: 'completed', created: 1, invalid: 0, listed_for_good: 1, not_listed: 0 });
      expect(await check(number)).toMatchObject({ is_listed: true, entry: { expires_at: null } });
      expect(await rowsOf(done.id)).toEqual([expect.stringMatching(new RegExp(`^2,created,\\${number},.*for good`))]);
    },
  );

  it.each([
    ['31/12/2099', '2100-01-01T12:00:00.000Z'],
    ['12/31/2099', '2100-01-01T12:00:00.000Z'],
    ['2099-12-31T00:00:00Z', '2099-12-31T00:00:00.000Z'],
    ['"Dec 31, 2099"', '2100-01-01T12:00:00.000Z'],
  ])('lists a number until %s is over everywhere', async (text, end) => {
    const number = next();
    const done = await importFile(`phone,expires_at\n${number},${text}\n`);
    expect([await endOf(number), done['listed_for_good'], await rowsOf(done.id)]).toEqual([end, 0, []]);
  });

  it('leaves a number alone whose end has passed', async () => {
    const number = next();
    const done = await importFile(`phone,expires_at\n${number},2001-01-01\n`);
    expect(done).toMatchObject({ invalid: 1, not_listed: 0, problem_code: null });
    expect(await isListed(number)).toBe(false);
  });

  it('lists every number that can be read, whatever else is wrong with its row', async () => {
    const [long, formula, two, other, shifted, extension, fax, quoted] = Array.from({ length: 8 }, next);
    const file = [
      'name,phone,reason,expires',
      `Ada,${long},${'x'.repeat(300)},`,
      `Ada,"=""${formula}""",,`,
      `Ada,${two} / ${other},,`,
      `Lovelace, Ada,${shifted},,,x`,
      `Ada,${extension} ext. 12,,`,
      `Ada,'\u200e${fax},,\ufffd`,
      `Ada,+4479111,"swallowed\nBob,${quoted},,"`,
    ].join('\n');
    const done = await importFile(file);
    for (const number of [long, formula, two, other, shifted, extension, fax, quoted])
      expect([number, await isListed(number!)]).toEqual([number, true]);
    expect(done).toMatchObject({ status: 'completed', invalid: 0, created: 7 });
    expect((await check(long!)).entry!.reason).toHaveLength(255);
  });

  it('says loudly which numbers are not on the list, and why', async () => {
    const good = next();
    const done = await importFile(`phone\n${good}\n4.42079E+11\n020 7183 8750\nnobody\n${next()} / 12345678\n`);
    expect(done).toMatchObject({
      status: 'completed',
      created: 2,
      invalid: 3,
      not_listed: 4,
      problem_code: 'numbers_not_listed',
      problem: expect.stringMatching(/^4 rows .*NOT on the do-not-call list/),
    });
    expect(await rowsOf(done.id)).toEqual([
      expect.stringMatching(/^3,invalid,4.42079E\+11,.*cut its last digits.*NOT listed/),
      expect.stringMatching(/^4,invalid,020 7183 8750,.*national form.*NOT listed.*default_country \(GB/),
      expect.stringMatching(/^5,invalid,nobody,.*not a phone number/),
      expect.stringMatching(/^6,created,.*a part of it cannot be read and is NOT listed/),
    ]);
  });

  it("reads national numbers by the tenant's default country", async () => {
    const admin = await newAdmin(client);
    await admin.patch('/tenant', { default_country: 'GB' });
    expect(await importFile('phone\n020 7946 0123\n', { as: admin })).toMatchObject({ created: 1, not_listed: 0 });
    expect((await check('+442079460123', admin)).is_listed).toBe(true);
  });

  it('lists the numbers of all columns that speak of telephones', async () => {
    const [work, mobile, home] = [next(), next(), next()];
    const done = await importFile(
      `Number,Phone (work),Handy,Telefon (privat)\n4711,${work},${mobile},\n4712,,,${home}\n`,
    );
    for (const number of [work, mobile, home]) expect(await isListed(number)).toBe(true);
    expect(done).toMatchObject({ created: 2, invalid: 0, not_listed: 0 });
  });

  it('lists bare numbers without a header, the first one too', async () => {
    const bare = Array.from({ length: 600 }, next);
    const done = await importFile(bare.join('\n'));
    expect(done).toMatchObject({ status: 'completed', rows_read: 600, created: 600 });
    expect([await isListed(bare[0]!), await isListed(bare[1]!), await isListed(bare[599]!)]).toEqual([
      true,
      true,
      true,
    ]);
    const one = next();
    expect(await importFile(one)).toMatchObject({ rows_read: 1, created: 1 });
    expect(await isListed(one)).toBe(true);
  });

  it.each(['01/01/1970', '1970-01-01T00:00:00Z', '1900-01-01', '1904-01-01', '0000-00-00', '0', '-'])(
    'lists a number for good whose end is %j, which stands for none',
    async (text) => {
      const number = next();
      const done = await importFile(`phone,expires_at\n${number},${text}\n`);
      expect(done).toMatchObject({ created: 1, invalid: 0, listed_for_good: 1, not_listed: 0, problem_code: null });
      expect(await check(number)).toMatchObject({ is_listed: true, entry: { expires_at: null } });
      expect(await rowsOf(done.id)).toEqual([expect.stringMatching(/for good/)]);
    },
  );

  it('lists a number until the latest of several ends', async () => {
    const [first, second, empty, none, over] = Array.from({ length: 5 }, next);
    const done = await importFile(
      [
        'phone,expires_at,valid until,Expires_at',
        `${first},2099-01-01T00:00:00Z,2098-01-01T00:00:00Z,2001-01-01`,
        `${second},2001-01-01,2098-01-01T00:00:00Z,`,
        `${empty},,,2098-01-01T00:00:00Z`,
        `${none},2098-01-01,never,`,
        `${over},2001-01-01,2002-01-01,`,
      ].join('\n'),
    );
    expect(done).toMatchObject({ created: 4, invalid: 1, listed_for_good: 1 });
    expect([await endOf(first!), await endOf(second!), await endOf(empty!), await endOf(none!)]).toEqual([
      '2099-01-01T00:00:00.000Z',
      '2098-01-01T00:00:00.000Z',
      '2098-01-01T00:00:00.000Z',
      null,
    ]);
    expect(await isListed(over!)).toBe(false);
  });

  it('lists the numbers of short ranges, and no joined one', async () => {
    const done = await importFile(
      'phone\n+442079461001-02\n+442079461003 (12)\n+44 20 7946 1004 - 05\n020 7946 10066\n',
    );
    expect(done).toMatchObject({ created: 3, invalid: 1, not_listed: 1 });
    for (const digit of [1, 2, 3, 4, 5]) expect(await isListed(`+44207946100${digit}`)).toBe(true);
  });

  it.each([
    'contact number',
    'fax',
    'office',
    'WORK',
    'number',
    'Festnetz',
    'Handy',
    'Téléphone',
    'cellulare',
    'komórka',
    'Anschluss 2',
    'customer id',
  ])('lists the numbers of a column %j beside one of telephones', async (header) => {
    const [first, second] = [next(), next()];
    const done = await importFile(`phone,${header},date,plan id\n${first},${second},2024-01-31,471100\n`);
    expect([await isListed(first), await isListed(second)]).toEqual([true, true]);
    expect(done).toMatchObject({ created: 1, invalid: 0, not_listed: 0 });
    expect(done['found']).toMatchObject({ telephone_columns: ['phone', header], unread_columns: [] });
  });

  it('names columns that may hold telephones and are not read', async () => {
    const number = next();
    const file = `phone,Kontakt X,customer id\n${number},020 7946 0123,447911190000\n`;
    expect((await importFile(file))['found']).toMatchObject({ unread_columns: ['customer id'] });
    const named = await importFile(`phone,fax\n${next()},${next()}\n`, {
      query: `?mapping=${encodeURIComponent('{"phone_number":"phone"}')}`,
    });
    expect(named['found']).toMatchObject({ telephone_columns: ['phone'], unread_columns: ['fax'] });
  });

  it('says of each row that a telephone beside the number cannot be read', async () => {
    const done = await importFile(`phone,fax,office\n${next()},4.42079E+11,\n${next()},,020 7946 0123\n`);
    expect(done).toMatchObject({ created: 2, not_listed: 2, problem_code: 'numbers_not_listed' });
  });

  it('lists bare numbers in two columns without a header, whatever stands beside them', async () => {
    const [a, b, c, d] = Array.from({ length: 4 }, next);
    const done = await importFile(`${a},${a},mobile,${b}\n${c},,mobile,${d}\n`);
    expect(done).toMatchObject({ rows_read: 2, created: 2, not_listed: 0 });
    for (const number of [a, b, c, d]) expect(await isListed(number!)).toBe(true);
  });

  it.each([
    ['never closed', '', 601],
    ['closed by the last row', 'x,"', 602],
  ])('loses none of the rows behind a quote that is %s', async (_, last, rows) => {
    const [stray, ...numbers] = Array.from({ length: 600 }, next);
    const file = [
      'phone,note',
      `${stray},"5" pipe, loud`,
      `${next()},"open`,
      ...numbers.map((one) => `${one},x`),
      last,
    ];
    const done = await importFile(file.join('\n'));
    expect(done).toMatchObject({ status: 'completed', rows_read: rows, created: 601 });
    const listed = await stage.database.query(
      `SELECT count(*)::int AS n FROM dnc_entries WHERE phone_number = ANY($1)`,
      [[stray, ...numbers]],
    );
    expect(listed).toEqual([{ n: 600 }]);
    expect((await rowsOf(done.id)).slice(0, 2)).toEqual([
      expect.stringMatching(/^2,created,.*quote out of place/),
      expect.stringMatching(/^3,created,.*quote out of place/),
    ]);
  });

  it('ends no entry by a cell that a stray quote has moved', async () => {
    const number = next();
    const done = await importFile(
      `phone,note,expires_at,made\n${number},"a, b",2099-01-01,x\n${next()},"c, 5",2,2001-01-01\n`,
    );
    expect(done).toMatchObject({ created: 2, invalid: 0 });
    const moved = next();
    expect(await importFile(`phone,note,expires_at\n${moved},"loud,2001-01-01, twice\n`)).toMatchObject({ created: 1 });
    expect([await endOf(moved), await endOf(number)]).toEqual([null, '2099-01-02T12:00:00.000Z']);
  });

  it('refuses more columns of telephones than it reads', async () => {
    const header = Array.from({ length: 51 }, (_, n) => `phone ${n}`).join(',');
    expect(await importFile(`${header}\n${next()}\n`)).toMatchObject({
      status: 'failed',
      problem_code: 'too_many_columns',
      problem: expect.stringMatching(/51 columns of telephones, 50 are read/),
    });
  });

  it('fails, and says so, where no column can be the number', async () => {
    expect(await importFile('name,city\nAda,Ely\n')).toMatchObject({ status: 'failed', problem_code: 'mapping' });
  });

  it('lists a number that stands twice until the latest end that its rows give', async () => {
    const [a, b, c] = [next(), next(), next()];
    const filler = Array.from({ length: 300 }, () => `${next()},`);
    const first = [`${a},2098-01-01`, `${b},2098-01-01`, `${c},`];
    const later = [`${a},2099-01-01`, `${b},`, `${c},2099-01-01`];
    const done = await importFile(['phone,expires_at', ...first, ...filler, ...later].join('\n'));
    expect(done).toMatchObject({ created: 303, duplicate_in_file: 3 });
    expect([await endOf(a), await endOf(b), await endOf(c)]).toEqual(['2099-01-02T12:00:00.000Z', null, null]);
  });

  it.each(['', '?on_duplicate=update'])(
    'never makes an entry shorter that is there, but longer (%s)',
    async (query) => {
      const [shorter, longer, forGood] = [next(), next(), next()];
      for (const phone_number of [shorter, longer, forGood])
        await client.post('/dnc', { phone_number, reason: 'by email', expires_at: '2098-01-01T00:00:00Z' });
      const rows = [`${shorter},2097-01-01`, `${longer},2099-01-01T00:00:00Z`, `${forGood},`];
      const done = await importFile(`phone,expires_at\n${rows.join('\n')}\n`, { query });
      expect([await endOf(shorter), await endOf(longer), await endOf(forGood)]).toEqual([
        '2098-01-01T00:00:00.000Z',
        '2099-01-01T00:00:00.000Z',
        null,
      ]);
      expect(done).toMatchObject(query === '' ? { duplicate_existing: 1, updated: 2 } : { updated: 3 });
      expect((await check(longer)).entry).toMatchObject({ reason: 'by email', source: 'manual' });
    },
  );

  it('undo: takes off no number that another file, or a person, has listed too', async () => {
    const [own, shared, person, optOut] = [next(), next(), next(), next()];
    const first = await importFile(`phone\n${[own, shared, person, optOut].join('\n')}\n`);
    await importFile(`phone\n${shared}\n`);
    await client.post('/dnc', { phone_number: person });
    await stage.database.query(`UPDATE dnc_entries SET source = 'opt_out' WHERE phone_number = $1`, [optOut]);
    await client.post(`/imports/${first.id}/undo`);
    expect(await ended(first.id)).toMatchObject({ status: 'undone', undone: 1 });
    expect(await Promise.all([own, shared, person, optOut].map(isListed))).toEqual([false, true, true, true]);
  });

  it('suppresses contacts of all its numbers', async () => {
    const [a, b] = [next(), next()];
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: [a, b].map((phone_number) => ({ phone_number })),
    });
    await importFile(`phone\n${a}; ${b}\n`);
    const { body } = await client.get<{ items: { status: string }[] }>(`/campaigns/${campaign.id}/contacts`);
    expect(body.items.map(({ status }) => status)).toEqual(['suppressed', 'suppressed']);
  });

  it('a dry run says the same, and lists nothing', async () => {
    const number = next();
    const file = `phone,expires_at\n${number},never\n${number},\n4.4E+11,\n`;
    const counts = { created: 1, duplicate_in_file: 1, invalid: 1, listed_for_good: 1, not_listed: 1 };
    expect(await importFile(file, { query: '?dry_run=true' })).toMatchObject(counts);
    expect(await isListed(number)).toBe(false);
    expect(await importFile(file)).toMatchObject(counts);
  });

  describe('and one number that is listed by itself', () => {
    it.each([
      ['01/12/2099', null, /day or month first/],
      ['never', null, /is not a date that can be read/],
      ['2099-12-31', '2100-01-01T12:00:00.000Z', null],
      ['31.12.2099', '2100-01-01T12:00:00.000Z', null],
    ])('until %j: the same dates as in a file', async (expires_at, end, note) => {
      const { status, body } = await client.post<Entry & { note: string | null }>('/dnc', {
        phone_number: next(),
        expires_at,
      });
      expect([status, body.entry!.expires_at]).toEqual([201, end]);
      if (note === null) expect(body.note).toBeNull();
      else expect(body.note).toMatch(note);
    });

    it.each([
      ['2099-13-01T00:00:00Z'],
      ['0000-01-01T00:00:00Z'],
      ['2099-01-01T00:00:00+16:00'],
      ['2001-01-01'],
      [5],
      [''],
    ])('refuses an end that a program has got wrong: %j', async (expires_at) => {
      expect(await client.post('/dnc', { phone_number: next(), expires_at })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'expires_at' }] },
      });
    });

    it('is read as kindly, and refused where it is several', async () => {
      const number = next();
      expect(await client.post('/dnc', { phone_number: `${number} ext. 5` })).toMatchObject({ status: 201 });
      expect(await isListed(number)).toBe(true);
      expect(await client.post('/dnc', { phone_number: `${next()} / ${next()}` })).toMatchObject({ status: 422 });
    });

    it('is listed as both where it may be two', async () => {
      const admin = await newAdmin(client);
      await admin.patch('/tenant', { default_country: 'DE' });
      expect(await admin.post('/dnc', { phone_number: '49537636170' })).toMatchObject({ status: 201 });
      for (const number of ['+49537636170', '+4949537636170'])
        expect((await check(number, admin)).is_listed).toBe(true);
      expect(await admin.post('/dnc', { phone_number: '4915112345678.0' })).toMatchObject({
        body: { entry: { phone_number: '+4915112345678' } },
      });
    });

    it('stays while the opt-out of the person stands, and goes once they have given a consent since', async () => {
      const number = next();
      await client.post('/consents', {
        phone_number: number,
        source: 'form',
        channel: 'web',
        given_at: '2026-01-01T00:00:00Z',
      });
      await client.post('/dnc', { phone_number: number });
      await stage.database.query(`UPDATE dnc_entries SET source = 'opt_out' WHERE phone_number = $1`, [number]);
      const path = `/dnc/${encodeURIComponent(number)}`;
      expect(await client.delete(path)).toMatchObject({ status: 409, body: { code: 'opt_out_stands' } });
      expect(await isListed(number)).toBe(true);
      await client.post('/consents', { phone_number: number, source: 'form', channel: 'web' });
      expect((await client.delete(path)).status).toBe(200);
      expect(await isListed(number)).toBe(false);
    });
  });
});
