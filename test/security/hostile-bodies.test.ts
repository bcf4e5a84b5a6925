import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { secretOfCall } from '#telephony/vapi/webhook-secret.js';
import type { ApiClient, Answer } from '../support/api-client.js';
import { furnishCampaign } from '../support/furnished-campaign.js';
import { CAMPAIGN, createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { twilioSettings, vapiSettings } from '../telephony/system/settings.js';
import { ACCOUNT as VAPI_ACCOUNT } from '../telephony/vapi/vapi-lab.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const PUBLIC_URL = 'https://dialer.example';
const NOWHERE = 'http://127.0.0.1:9';

/** Size of a body that every path reads. */
const BYTES = 1_048_000;
const REPORT_BYTES = 5 * BYTES;

/** No answer repeats what it was asked. */
const LONGEST_ANSWER = 40_000;

const filled = (text: string, bytes: number) => text.repeat(Math.floor(bytes / text.length));
const listed = (entries: string, bytes: number) => `[${filled(entries, bytes - 10)}0]`;
const numbered = (count: number, entry: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => entry(n)).join(',');

/** Texts of which each byte costs as much as it can. */
const HOSTILE: Readonly<Record<string, (bytes: number) => string>> = {
  'lists in lists, none closed': (bytes) => filled('[', bytes),
  'lists in lists': (bytes) => filled('[', bytes / 2) + filled(']', bytes / 2),
  'objects in objects': (bytes) => filled('{"a":', bytes),
  'empty lists': (bytes) => listed('[],', bytes),
  'empty objects': (bytes) => listed('{},', bytes),
  'objects of other fields each': (bytes) => `[${numbered(bytes / 14, (n) => `{"k${n}":0}`)}]`,
  numbers: (bytes) => listed('0,', bytes),
  'numbers in a field': (bytes) => `{"name":${listed('0,', bytes - 10)}}`,
  'numbers that are too large': (bytes) => listed('1e999,', bytes),
  'empty texts': (bytes) => listed('"",', bytes),
  'one object of many fields': (bytes) => `{${numbered(bytes / 13, (n) => `"k${n}":0`)}}`,
  'one field many times': (bytes) => `{${filled('"a":0,', bytes - 10)}"a":0}`,
  'a prototype in a text before many numbers': (bytes) => `["\\"__proto__\\":",${filled('0,', bytes - 50)}0]`,
};

/** Long, and soon read. */
const HARMLESS: Readonly<Record<string, (bytes: number) => string>> = {
  'a number': (bytes) => filled('1', bytes),
  'an exponent': (bytes) => `1e${filled('9', bytes - 2)}`,
  'a text of escapes': (bytes) => `"${filled('\\u0041', bytes - 8)}"`,
  'a text that does not end': (bytes) => `"${filled('\\"', bytes - 8)}`,
  'few fields with long names': (bytes) => `{${numbered(900, (n) => `"${n}${'x'.repeat(bytes / 900 - 20)}":0`)}}`,
};

const FORMS: Readonly<Record<string, (bytes: number) => string>> = {
  'one field many times': (bytes) => filled('a&', bytes),
  'many fields': (bytes) => numbered(bytes / 8, (n) => `${n}=`).replaceAll(',', '&'),
  'fields in fields': (bytes) => `a${filled('[b]', bytes - 2)}=1`,
  spaces: (bytes) => `a=${filled('+', bytes - 2)}`,
  escapes: (bytes) => `a=${filled('%41', bytes - 2)}`,
};

/** Looks like a good one until its signature is tried. */
const FORGED = `eyJhbGciOiJIUzI1NiJ9.e30.${'x'.repeat(43)}`;

describe('A body that would cost much', () => {
  let database: TestDatabase;
  let twilio: RunningApi;
  let vapi: RunningApi;
  let admin: ApiClient;
  let campaignId: string;
  /** Dialer job of a call that is in progress, over Vapi. */
  let jobId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const start = (provider: string, settings: object) =>
      startApi(testConfig(database.url, { TELEPHONY_PROVIDER: provider, ...settings, PUBLIC_URL }));
    twilio = await start('twilio', twilioSettings(NOWHERE));
    vapi = await start('vapi', vapiSettings(NOWHERE));
    admin = await newAdmin(twilio.client);
    campaignId = (await createCampaign(admin)).id;
    ({ jobId } = (await furnishCampaign(database, { provider: 'vapi' })).talking);
  });

  afterAll(async () => {
    await twilio.close();
    await vapi.close();
    await database.drop();
  });

  /** Texts that JSON.parse was given, apart from answers. */
  const parsed: number[] = [];
  beforeEach(() => {
    parsed.length = 0;
    const parse = JSON.parse;
    const spy = vi.spyOn(JSON, 'parse').mockImplementation((text: string, ...rest) => {
      parsed.push(text.length);
      return parse(text, ...rest) as unknown;
    });
    return () => spy.mockRestore();
  });

  const bulk = () => `/campaigns/${campaignId}/contacts/bulk`;
  const routes = (): [name: string, client: ApiClient, path: string][] => [
    ['open to all', twilio.client, '/auth/login'],
    ['with a forged token', twilio.client.as(FORGED), '/campaigns'],
    ['with a token', admin, '/campaigns'],
    ['for many contacts, with a forged token', twilio.client.as(FORGED), bulk()],
    ['for many contacts', admin, bulk()],
  ];
  const post = (client: ApiClient, path: string, rawBody: string, headers: Record<string, string> = JSON_TYPE) =>
    client.request<{ code: string; errors: { field: string; message: string }[] }>('POST', path, { rawBody, headers });
  const lengthOf = ({ body }: Answer<unknown>) => JSON.stringify(body).length;

  it.each(Object.keys(HOSTILE))('is refused by every route before it is parsed: %s', async (kind) => {
    for (const [name, client, path] of routes()) {
      const answer = await post(client, path, HOSTILE[kind]!(BYTES));
      expect([name, answer.status, answer.body.code]).toEqual([name, 422, 'invalid_fields']);
      expect(answer.body.errors).toEqual([
        {
          field: 'body',
          message: expect.stringMatching(/^(is nested deeper than 20|has (more than|an object of more than) \d+)/),
        },
      ]);
    }
    expect(Math.max(0, ...parsed)).toBeLessThan(LONGEST_ANSWER);
  });

  it.each(Object.keys(HARMLESS))('is refused in few words where it is soon read: %s', async (kind) => {
    for (const [name, client, path] of routes()) {
      const answer = await post(client, path, HARMLESS[kind]!(BYTES));
      expect([name, [400, 401, 422].includes(answer.status), answer.status]).toEqual([name, true, answer.status]);
      expect([name, lengthOf(answer) < LONGEST_ANSWER]).toEqual([name, true]);
    }
  });

  it('is not read at all without a token', async () => {
    for (const path of ['/campaigns', bulk()]) {
      const answer = await post(twilio.client, path, HOSTILE['lists in lists']!(BYTES));
      expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'authorization_missing']);
    }
    expect(Math.max(0, ...parsed)).toBeLessThan(LONGEST_ANSWER);
  });

  it.each(Object.keys(FORMS))('is no body of ours, as a form: %s', async (kind) => {
    for (const [name, client, path] of routes()) {
      const answer = await post(client, path, FORMS[kind]!(BYTES), FORM_TYPE);
      expect([name, answer.status, answer.body.code]).toEqual([name, 415, 'unsupported_media_type']);
    }
  });

  it.each(Object.keys({ ...HOSTILE, ...HARMLESS }))('tells nothing as a report of Vapi: %s', async (kind) => {
    await database.query('DELETE FROM provider_webhooks');
    const body = { ...HOSTILE, ...HARMLESS }[kind]!(REPORT_BYTES);
    const path = `/telephony/vapi/callbacks/${jobId}`;
    const secret = { 'x-vapi-secret': secretOfCall(VAPI_ACCOUNT.webhookSecret, jobId) };
    expect((await post(vapi.client, path, body)).status).toBe(403);
    expect((await post(vapi.client, path, body, { ...JSON_TYPE, ...secret })).status).toBe(204);
    const kept = 'SELECT problem FROM provider_webhooks WHERE dialer_job_id = $1';
    expect(await database.query(kept, [jobId])).toEqual([{ problem: 'no message' }]);
    if (kind in HOSTILE) expect(Math.max(0, ...parsed)).toBeLessThan(LONGEST_ANSWER);
  });

  it.each(Object.keys({ ...HOSTILE, ...FORMS }))('is refused as a report of Twilio: %s', async (kind) => {
    const body = { ...HOSTILE, ...FORMS }[kind]!(BYTES);
    const headers = { ...FORM_TYPE, 'x-twilio-signature': 'x' };
    for (const sent of [body, body.slice(0, 262_144)]) {
      const answer = await post(twilio.client, `/telephony/twilio/callbacks/${crypto.randomUUID()}`, sent, headers);
      expect([answer.status, answer.body]).toEqual([403, '']);
    }
  });

  it('is told its first hundred wrong fields, by names that are cut', async () => {
    const fields = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`${n}${'x'.repeat(1_000)}`, 0]));
    const { status, body } = await post(admin, '/auth/login', JSON.stringify(fields));
    expect(status).toBe(422);
    expect(body.errors).toHaveLength(101);
    expect(body.errors.at(-1)).toEqual({ field: '*', message: 'and 802 more fields cannot be accepted' });
    expect(Math.max(...body.errors.map(({ field }) => field.length))).toBe(202);
  });

  it('is told once that it must be an object, whatever is in its list', async () => {
    for (const rawBody of ['[]', '[{}]', JSON.stringify(Array.from({ length: 5_000 }, (_, n) => n))]) {
      const { status, body } = await post(twilio.client, '/auth/login', rawBody);
      expect([status, body.errors]).toEqual([
        422,
        [{ field: 'body', message: 'must be an object, and is a list: send one object by itself' }],
      ]);
    }
  });

  it('is refused without being read as a language where it is longer than any', async () => {
    const read = vi.spyOn(Intl, 'getCanonicalLocales');
    const language = `en-${numbered(100_000, (n) => `v${n.toString(36).padStart(4, '0')}`).replaceAll(',', '-')}`;
    const { status, body } = await post(admin, '/campaigns', JSON.stringify({ ...CAMPAIGN, language }));
    expect([status, body.errors.map(({ field }) => field)]).toEqual([422, ['language']]);
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  it('is taken where it is 1,000 contacts with 95 fields each', async () => {
    const custom_fields = Object.fromEntries(Array.from({ length: 95 }, (_, n) => [`f${n}`, n]));
    const contacts = Array.from({ length: 1_000 }, (_, n) => ({ phone_number: dramaNumber(n), custom_fields }));
    const answer = await admin.post<{ created: number }>(bulk(), { contacts });
    expect([answer.status, answer.body.created]).toEqual([200, 1_000]);
  });

  it('says of each of 1,000 wrong contacts what is wrong with it in few words', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`f${n}`, n]));
    const answer = await admin.post<{ results: { detail: string }[] }>(bulk(), {
      contacts: Array.from({ length: 1_000 }, () => wrong),
    });
    expect(answer.status).toBe(200);
    expect(Math.max(...answer.body.results.map(({ detail }) => detail.length))).toBe(502);
  });
});
