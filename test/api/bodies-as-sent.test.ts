import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import {
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';
import type { TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const BIG = '9007199254740993';

describe('A body is stored as it was sent, or refused', () => {
  let database: TestDatabase;
  let api: ApiWithDatabase;
  let client: ApiClient;
  let contacts: string;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    ({ database } = api);
    client = await newAdmin(api.client);
    contacts = `/campaigns/${(await createCampaign(client)).id}/contacts`;
  });

  afterAll(() => api.close());

  /** A busy machine may answer 503, and has stored nothing then. */
  const sent = (path: string, rawBody: Buffer | string, method = 'POST') =>
    until('it is answered', async () => {
      const answer = await client.request<{ errors: { field: string; message: string }[] }>(method, path, {
        rawBody,
        headers: { 'content-type': 'application/json' },
      });
      return answer.status === 503 ? undefined : answer;
    });

  it.each([
    ['latin1', Buffer.from('{"phone_number":"+442079460001","first_name":"J\u00fcrgen"}', 'latin1'), 47],
    ['half a letter', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')]), 9],
    ['a surrogate', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]), 9],
    ['UTF-16', Buffer.from('\ufeff{"name":"x"}', 'utf16le'), 0],
  ])('in %s is refused at every door, with the place', async (_, body, at) => {
    for (const [method, path] of [
      ['POST', contacts],
      ['POST', `${contacts}/bulk`],
      ['POST', '/campaigns'],
      ['POST', '/auth/login'],
      ['PATCH', '/tenant'],
    ] as const) {
      const answer = await sent(path, body, method);
      const message = expect.stringContaining(`is not UTF-8 at byte ${at}: send JSON in UTF-8`);
      expect([path, answer.status, answer.body.errors]).toEqual([path, 422, [{ field: 'body', message }]]);
    }
  });

  it('in UTF-8 is kept, replacement characters and all, with a byte order mark before it too', async () => {
    const text = JSON.stringify({ phone_number: dramaNumber(1), first_name: 'Jürgen 😀 \ufffd' });
    const answer = await sent(contacts, `\ufeff${text}`);
    expect(answer).toMatchObject({ status: 201, body: { contact: { first_name: 'Jürgen 😀 \ufffd' } } });
  });

  it.each([
    [`{"custom_fields":{"order_id":${BIG}}}`, 'custom_fields.order_id'],
    ['{"custom_fields":{"x":[1,{"rate":0.1234567890123456789}]}}', 'custom_fields.x[1].rate'],
    ['{"custom_fields":{"x":1e400}}', 'custom_fields.x'],
  ])('with a number that would change, %s, is refused with the field', async (body, field) => {
    const message = expect.stringMatching(/would become .*Send it as text/);
    const withNumber = body.replace('{', `{"phone_number":"${dramaNumber(2)}",`);
    expect(await sent(contacts, withNumber)).toMatchObject({ status: 422, body: { errors: [{ field, message }] } });
  });

  it('with a number in a field of ours is refused as well', async () => {
    const body = `{"name":"c","system_prompt":"p","voice_id":"v","max_retries":3.00000000000000000001}`;
    expect(await sent('/campaigns', body)).toMatchObject({ status: 422, body: { errors: [{ field: 'max_retries' }] } });
  });

  it('with numbers that a double carries is kept to the last digit', async () => {
    const custom = '{"a":9007199254740992,"b":-0.30000000000000004,"c":1e21,"d":12345678.9,"e":"9007199254740993"}';
    const answer = await sent(contacts, `{"phone_number":"${dramaNumber(3)}","custom_fields":${custom}}`);
    expect(answer.status).toBe(201);
    const [row] = await database.query<{ text: string }>(
      'SELECT custom_fields::text AS text FROM leads WHERE phone_number = $1',
      [dramaNumber(3)],
    );
    expect(JSON.parse(row!.text)).toEqual(JSON.parse(custom));
    expect(row!.text).toContain('9007199254740992');
  });

  it('in bulk loses the contact whose number would change, and no other', async () => {
    const contact = (n: number, id: string) => `{"phone_number":"${dramaNumber(n)}","custom_fields":{"id":${id}}}`;
    const body = `{"contacts":[${contact(4, '1')},${contact(5, BIG)},${contact(6, '2')}]}`;
    const detail = expect.stringContaining('custom_fields.id: has more digits');
    expect(await sent(`${contacts}/bulk`, body)).toMatchObject({
      status: 200,
      body: { created: 2, invalid: 1, results: [{ status: 'created' }, { status: 'invalid', detail }, { index: 2 }] },
    });
    expect(await sent(`${contacts}/bulk`, `{"contacts":[${BIG}]}`)).toMatchObject({ status: 422 });
  });

  it.each([
    ['😀'.repeat(100), 201],
    ['😀'.repeat(101), 422],
    ['\u2764\ufe0f'.repeat(50), 201],
    ['\u2764\ufe0f'.repeat(51), 422],
  ])('has as many characters as its column counts (%#)', async (first_name, status) => {
    const n = 10 + Math.floor(first_name.length / 2);
    const answer = await sent(contacts, JSON.stringify({ phone_number: dramaNumber(n), first_name }));
    expect([answer.status, answer.body]).toMatchObject([
      status,
      status === 422 ? { errors: [{ field: 'first_name' }] } : {},
    ]);
  });
});
