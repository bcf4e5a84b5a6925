import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RETRY_POLICY, RETRY_REASONS } from '#rules/attempt/retry-policy.js';
import type { ApiClient } from '../support/api-client.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP, addAccount } from '../support/telephony-account.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testConfig } from '../support/test-config.js';

type Json = Record<string, unknown>;

const delays = (...delays_seconds: number[]) => ({ delays_seconds });
const errorsAt = (field: string) => ({ status: 422, body: { errors: [expect.objectContaining({ field })] } });

/** RFC 7396, section 2. */
function reference(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = reference(result[name], value);
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('A PATCH of an object within a resource', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    client = await newAdmin(api.client);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  describe('of a campaign', () => {
    const newPath = async (fields: Json = {}) => `/campaigns/${(await createCampaign(client, fields)).id}`;
    const patch = (path: string, body: Json) => client.patch<{ campaign: Json }>(path, body);
    const policyAt = async (path: string) =>
      (await client.get<{ campaign: Json }>(path)).body.campaign['retry_policy'] as Json;

    it('changes nothing for an empty body', async () => {
      const path = await newPath({ name: 'Unchanged' });
      const { status, body } = await patch(path, {});
      expect({ status, name: body.campaign['name'] }).toEqual({ status: 200, name: 'Unchanged' });
    });

    it('keeps the reasons of a retry policy that are left out', async () => {
      const path = await newPath({ retry_policy: { busy: delays(60), no_answer: delays(120, 240) } });
      expect((await patch(path, { retry_policy: { no_answer: delays(30) } })).status).toBe(200);
      expect(await policyAt(path)).toEqual({ ...DEFAULT_RETRY_POLICY, busy: delays(60), no_answer: delays(30) });
    });

    it('gives a reason its default again for null, and all of them for null in place of the policy', async () => {
      const path = await newPath({ retry_policy: { busy: delays(60), lost: delays(9) } });
      await patch(path, { retry_policy: { busy: null, refused: null } });
      expect(await policyAt(path)).toEqual({ ...DEFAULT_RETRY_POLICY, lost: delays(9) });
      const [stored] = await database.query('SELECT retry_policy FROM campaigns WHERE id = $1', [path.split('/')[2]]);
      expect(stored).toEqual({ retry_policy: { lost: delays(9) } });
      await patch(path, { retry_policy: null });
      expect(await policyAt(path)).toEqual(DEFAULT_RETRY_POLICY);
    });

    it('changes nothing with an empty object, and replaces delays as a whole', async () => {
      const path = await newPath({ retry_policy: { busy: delays(1, 2, 3) } });
      expect((await patch(path, { retry_policy: { busy: {}, voicemail: {} } })).status).toBe(200);
      expect((await patch(path, { retry_policy: {} })).status).toBe(200);
      expect(await policyAt(path)).toEqual({ ...DEFAULT_RETRY_POLICY, busy: delays(1, 2, 3) });
      await patch(path, { retry_policy: { busy: delays() } });
      expect((await policyAt(path))['busy']).toEqual(delays());
    });

    it.each([
      [{ retry_policy: { busy: { delays_seconds: null } } }, 'retry_policy.busy.delays_seconds'],
      [{ retry_policy: { busy: delays(-1) } }, 'retry_policy.busy.delays_seconds'],
      [{ retry_policy: { busy: delays(...Array.from({ length: 11 }, () => 1)) } }, 'retry_policy.busy.delays_seconds'],
      [{ retry_policy: { bussy: delays(1) } }, 'retry_policy.bussy'],
      [{ retry_policy: { busy: 'never' } }, 'retry_policy.busy'],
      [{ retry_policy: [] }, 'retry_policy'],
      [{ calling_window: { from: null } }, 'calling_window.from'],
      [{ calling_window: { days: [] } }, 'calling_window.days'],
      [{ calling_window: { to: '09:00' } }, 'calling_window'],
      [{ calling_window: { from: '22:00' } }, 'calling_window.from'],
      [{ calling_window: { to: '08:00' } }, 'calling_window.to'],
    ])('refuses %j, and changes nothing', async (body, field) => {
      const path = await newPath({ calling_window: { days: ['mon'], from: '09:00', to: '17:00' } });
      const before = (await client.get(path)).body;
      expect(await patch(path, { ...body, name: 'changed' })).toMatchObject(errorsAt(field));
      expect((await client.get(path)).body).toEqual(before);
    });

    it('opens the night only where both ends of the window are sent, or it was open before', async () => {
      const path = await newPath({ calling_window: { days: ['mon'], from: '09:00', to: '17:00' } });
      const window = async (calling_window: object) => (await patch(path, { calling_window })).status;
      expect(await window({ from: '22:00', to: '06:00' })).toBe(200);
      expect(await window({ from: '21:00' })).toBe(200);
      expect(await window({ to: '22:00' })).toBe(200);
    });

    it('keeps what of a calling window is left out, and replaces its days as a whole', async () => {
      const path = await newPath({ calling_window: { days: ['mon', 'tue'], from: '09:00', to: '17:00' } });
      const changed = await patch(path, { calling_window: { from: '10:00' } });
      expect(changed.body.campaign).toMatchObject({
        calling_window: { days: ['mon', 'tue'], from: '10:00', to: '17:00' },
      });
      const days = await patch(path, { calling_window: { days: ['sat'] } });
      expect(days.body.campaign).toMatchObject({ calling_window: { days: ['sat'], from: '10:00', to: '17:00' } });
    });

    it('merges into the hours that are shown where a campaign has none of its own', async () => {
      const changed = await patch(await newPath({ calling_window: null }), { calling_window: { from: '10:00' } });
      const window = { from: '10:00', to: '21:00', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] };
      expect(changed.body.campaign).toMatchObject({ calling_window: window });
    });

    it('keeps every one of several that change different reasons at once', async () => {
      const path = await newPath();
      for (let round = 1; round <= 5; round++) {
        const bodies = RETRY_REASONS.map((reason, n) => ({ retry_policy: { [reason]: delays(round, n) } }));
        const answers = await Promise.all(bodies.map((body) => patch(path, body)));
        expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
        expect(await policyAt(path)).toEqual(
          Object.fromEntries(RETRY_REASONS.map((reason, n) => [reason, delays(round, n)])),
        );
      }
    });

    it('is written down as it was sent', async () => {
      const path = await newPath({ retry_policy: { lost: delays(9) } });
      await patch(path, { retry_policy: { busy: delays(7), lost: null } });
      const [act] = await database.query(
        `SELECT detail FROM audit_log WHERE action = 'campaign.update' AND subject_id = $1`,
        [path.split('/')[2]],
      );
      expect(act).toEqual({ detail: { retry_policy: { busy: delays(7), lost: null } } });
    });
  });

  describe('of a contact', () => {
    let n = 0;

    async function newPath(custom_fields: Json): Promise<string> {
      const { id } = await createCampaign(client);
      const added = await client.post<{ contact: { id: string } }>(`/campaigns/${id}/contacts`, {
        phone_number: dramaNumber(n++),
        custom_fields,
      });
      return `/campaigns/${id}/contacts/${added.body.contact.id}`;
    }

    const patch = (path: string, custom_fields: Json | null) =>
      client.patch<{ contact: { custom_fields: Json } }>(path, { custom_fields });

    it('keeps the custom fields that are left out, removes those that are null, and merges objects', async () => {
      const path = await newPath({
        plan: 'basic',
        seat: 1,
        address: { city: 'Riga', zip: 'LV-1010' },
        tags: ['a', 'b'],
      });
      const changed = await patch(path, { seat: null, address: { zip: 'LV-1050' }, tags: ['c'] });
      expect(changed.body.contact.custom_fields).toEqual({
        plan: 'basic',
        address: { city: 'Riga', zip: 'LV-1050' },
        tags: ['c'],
      });
      expect((await patch(path, null)).body.contact.custom_fields).toEqual({});
    });

    it('comes to what RFC 7396 says, after any number of patches', async () => {
      const names = fc.constantFrom('a', 'b', 'c');
      const { object } = fc.letrec((tie) => ({
        value: fc.oneof({ maxDepth: 3 }, fc.constant(null), fc.integer(), fc.constant('x'), tie('list'), tie('object')),
        list: fc.array(tie('value'), { maxLength: 2 }),
        object: fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      })) as { object: fc.Arbitrary<Json> };
      await fc.assert(
        fc.asyncProperty(object, fc.array(object, { minLength: 1, maxLength: 4 }), async (first, patches) => {
          const path = await newPath(first);
          let last: unknown = first;
          for (const one of patches) last = (await patch(path, one)).body.contact.custom_fields;
          expect(last).toEqual(patches.reduce<unknown>(reference, first));
        }),
        { numRuns: 25 },
      );
    });

    it('keeps every one of several that change different fields at once', async () => {
      const path = await newPath({ kept: true });
      await Promise.all(
        Array.from({ length: 12 }, (_, field) => patch(path, { [`f${field}`]: field, deep: { [field]: 1 } })),
      );
      const { body } = await client.get<{ contact: { custom_fields: Json } }>(path);
      expect(Object.keys(body.contact.custom_fields)).toHaveLength(14);
      expect(Object.keys(body.contact.custom_fields['deep'] as Json)).toHaveLength(12);
    });

    it('is held to the limits by what it comes to', async () => {
      const path = await newPath(Object.fromEntries(Array.from({ length: 99 }, (_, field) => [`f${field}`, 'x'])));
      expect((await patch(path, { one: 1 })).status).toBe(200);
      expect(await patch(path, { two: 2 })).toMatchObject(errorsAt('custom_fields'));
      expect((await patch(path, { two: 2, f0: null })).status).toBe(200);
      expect((await patch(path, { note: 'x'.repeat(9_000), f1: null })).status).toBe(200);
      expect(await patch(path, { more: 'x'.repeat(9_000), f2: null })).toMatchObject(errorsAt('custom_fields'));
    });
  });

  describe('of the tenant', () => {
    const patch = (body: Json) => client.patch<{ tenant: Json }>('/tenant', body);

    it('keeps what of a frequency cap is left out; half a cap is none', async () => {
      expect(await patch({ frequency_cap: { days: 3 } })).toMatchObject(errorsAt('frequency_cap.attempts'));
      await patch({ frequency_cap: { attempts: 5, days: 7 } });
      const changed = await patch({ frequency_cap: { days: 3 } });
      expect(changed.body.tenant).toMatchObject({ frequency_cap: { attempts: 5, days: 3 } });
      expect(await patch({ frequency_cap: { attempts: null } })).toMatchObject(errorsAt('frequency_cap.attempts'));
      await Promise.all([patch({ frequency_cap: { days: 9 } }), patch({ frequency_cap: { attempts: 9 } })]);
      expect((await patch({})).body.tenant).toMatchObject({ frequency_cap: { attempts: 9, days: 9 } });
    });

    it('keeps what of the retention is left out, and keeps for good what is null', async () => {
      await patch({ retention: { recordings_days: 30, transcripts_days: 90 } });
      const changed = await patch({ retention: { recordings_days: null } });
      expect(changed.body.tenant).toMatchObject({ retention: { recordings_days: null, transcripts_days: 90 } });
    });
  });

  describe('without a property', () => {
    const made = {
      campaigns: async () => `/campaigns/${(await createCampaign(client, {})).id}`,
      contacts: async () => {
        const path = `/campaigns/${(await createCampaign(client, {})).id}/contacts`;
        const { body } = await client.post<{ contact: Json }>(path, { phone_number: dramaNumber(1) });
        return `${path}/${body.contact['id'] as string}`;
      },
      'caller ids': async () => {
        const { body } = await client.post<{ caller_id: Json }>('/caller-ids', { phone_number: '+442079460001' });
        return `/caller-ids/${body.caller_id['id'] as string}`;
      },
      'telephony accounts': async () => `/telephony-accounts/${(await addAccount(client)).id}`,
    };

    it.each(Object.entries(made))('leaves one of the %s as it is', async (_, make) => {
      const path = await make();
      const before = (await client.get<Json>(path)).body;
      expect((await client.patch<Json>(path, {})).status).toBe(200);
      expect(withoutClock((await client.get<Json>(path)).body)).toEqual(withoutClock(before));
    });
  });
});

/** Leaves out the times that go by themselves. */
function withoutClock(answer: Json): Json {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) => (name === 'updated_at' ? undefined : value)),
  ) as Json;
}
