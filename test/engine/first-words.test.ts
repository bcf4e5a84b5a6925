import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationTurn } from '#rules/call/call-report.js';
import type { FirstWords } from '#rules/first-words/first-words.js';
import { DEFAULT_SENTENCES } from '#rules/first-words/sentences.js';
import { clearStage, setStage, type Stage } from './dialing/stage.js';
import { ObedientCarrier, eventOf } from '../support/obedient-carrier.js';
import { createCampaign, dramaNumber, newAdmin } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

const BERLIN = (n: number) => `+4930231250${String(n).padStart(2, '0')}`;
const CALIFORNIA = (n: number) => `+141555501${String(n).padStart(2, '0')}`;
const NEW_YORK = (n: number) => `+121255501${String(n).padStart(2, '0')}`;
const { en, de } = DEFAULT_SENTENCES;

/** Returns a zone in which it is about noon. No rule pack's hours are in the way then, unless it is a Sunday. */
function zoneAtNoon(): string {
  const hours = new Date().getUTCHours() - 12;
  if (hours === 0) return 'UTC';
  return hours > 0 ? `Etc/GMT+${hours}` : `Etc/GMT${hours}`;
}

interface CallAnswer {
  readonly id: string;
  readonly decision: { readonly first_words: FirstWords; readonly hours: { readonly asks: unknown } };
  readonly first_words_said: string | null;
}

interface PreflightView {
  readonly reasons: readonly object[];
  readonly first_words: {
    readonly obstacle: { readonly detail: string } | null;
    readonly warnings: readonly object[];
  };
}

describe('The first words of a call', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  beforeAll(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
  });
  afterAll(() => stage.close());

  /** Gives each test a tenant of its own. No call of the test before is on its way to the carrier any more. */
  beforeEach(async () => {
    await clearStage(stage.database);
    stage = { ...stage, client: await newAdmin(stage.api.client) };
    carrier.requests.length = 0;
  });

  const underRulePacks = () => stage.client.patch('/tenant', { uses_rule_packs: true });
  const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length === count);
  const add = (id: string, numbers: readonly string[], fields: object = {}) =>
    stage.client.post(`/campaigns/${id}/contacts/bulk`, {
      contacts: numbers.map((phone_number) => ({ phone_number, timezone: zoneAtNoon(), ...fields })),
    });
  const draft = async (fields: object, numbers: readonly string[]) => {
    const { id } = await createCampaign(stage.client, { max_concurrent_calls: 100, ...fields });
    await add(id, numbers);
    return id;
  };
  const start = (id: string) => stage.client.post<Record<string, unknown>>(`/campaigns/${id}/start`);
  const begin = async (fields: object, numbers: readonly string[] = [dramaNumber(0)]) => {
    const id = await draft(fields, numbers);
    expect((await start(id)).status).toBe(200);
    return id;
  };
  const callTo = async (number: string): Promise<CallAnswer> => {
    const [row] = await stage.database.query(`SELECT id FROM calls WHERE phone_number = $1 ORDER BY created_at DESC`, [
      number,
    ]);
    return (await stage.client.get<CallAnswer>(`/calls/${row!['id']}`)).body;
  };
  const leadOf = async (id: string, number: string) => {
    const sql = `SELECT * FROM leads WHERE campaign_id = $1 AND phone_number = $2`;
    return (await stage.database.query(sql, [id, number]))[0]!;
  };
  const waits = (id: string, number: string) =>
    until(`${number} waits`, async () => (await leadOf(id, number))['block_code'] === 'no_disclosure');
  const whyNot = async (id: string, number: string) => {
    const path = `/campaigns/${id}/contacts/${(await leadOf(id, number))['id']}/eligibility`;
    return (await stage.client.get<{ code: string | null; is_eligible: boolean }>(path)).body;
  };
  const preflight = async (id: string) => (await stage.client.post<PreflightView>(`/campaigns/${id}/preflight`)).body;

  it('are disclosure and notice by default, before the greeting, and are kept with the call', async () => {
    await begin({ first_message: 'Good day {{first_name}}!', language: 'de-AT' });
    await dialed(1);
    const firstWords = `${de.disclosure} ${de.recording_notice}`;
    expect(carrier.requests[0]!.agent).toMatchObject({ firstWords, firstMessage: `${firstWords} Good day!` });
    const { decision, first_words_said } = await callTo(dramaNumber(0));
    expect(decision.first_words).toEqual({
      disclosure: { text: de.disclosure, source: 'default', language: 'de' },
      recording_notice: { text: de.recording_notice, source: 'default', language: 'de' },
    });
    expect(first_words_said).toBeNull();
  });

  it.each([
    ['no language: English', {}, {}, `${en.disclosure} ${en.recording_notice}`],
    ['a language without sentences: none', { language: 'pl' }, {}, null],
    ['no recording: no notice', { record_calls: false }, {}, en.disclosure],
    ['of the tenant', {}, { disclosure: 'A machine.', recording_notice: 'Recorded.' }, 'A machine. Recorded.'],
    ['of the campaign', { disclosure: 'Ours.' }, { disclosure: 'A machine.' }, `Ours. ${en.recording_notice}`],
    ['with variables', { disclosure: 'Hi {{first_name}}, a machine.', recording_notice: '' }, {}, 'Hi Ada, a machine.'],
    ['switched off', { disclosure: '', recording_notice: '' }, {}, null],
    ['switched off by the tenant', {}, { disclosure: '', recording_notice: '' }, null],
    ['switched off by the tenant alone', { disclosure: 'Ours.' }, { disclosure: '', recording_notice: '' }, 'Ours.'],
  ])('are, with %s', async (_, campaign, tenant, expected) => {
    await stage.client.patch('/tenant', tenant);
    const { id } = await createCampaign(stage.client, { ...campaign, first_message: 'Good day!' });
    await add(id, [dramaNumber(0)], { first_name: 'Ada' });
    await start(id);
    await dialed(1);
    const firstMessage = expected === null ? 'Good day!' : `${expected} Good day!`;
    expect(carrier.requests[0]!.agent).toMatchObject({ firstWords: expected, firstMessage });
  });

  it('are inherited again after a PATCH with null, and shown as they were given', async () => {
    const { id } = await createCampaign(stage.client, { disclosure: '', recording_notice: 'Recorded.' });
    const campaign = async () => (await stage.client.get<{ campaign: object }>(`/campaigns/${id}`)).body.campaign;
    expect(await campaign()).toMatchObject({ disclosure: '', recording_notice: 'Recorded.' });
    await stage.client.patch(`/campaigns/${id}`, { disclosure: null });
    expect(await campaign()).toMatchObject({ disclosure: null, recording_notice: 'Recorded.' });
    const tenant = await stage.client.patch<{ tenant: object }>('/tenant', { disclosure: 'A machine.' });
    expect(tenant.body.tenant).toMatchObject({ disclosure: 'A machine.', recording_notice: null });
  });

  it.each([' ', '...', '{{first_name}}', 'One\nline', 'a\u0000b', 'x'.repeat(501), 12, ['x'], true])(
    'are not %j',
    async (text) => {
      for (const field of ['disclosure', 'recording_notice']) {
        const created = await stage.client.post('/campaigns', { ...NEW_CAMPAIGN, [field]: text });
        expect(created).toMatchObject({ status: 422, body: { errors: [expect.objectContaining({ field })] } });
        expect(await stage.client.patch('/tenant', { [field]: text })).toMatchObject({ status: 422 });
      }
    },
  );

  it.each<[string, readonly ConversationTurn[] | undefined, string]>([
    ['said', [turn('agent', `${en.disclosure} ${en.recording_notice} Good day!`), turn('person', 'Hello.')], 'said'],
    ['not said whole', [turn('agent', 'This is an automated'), turn('person', 'No.')], 'not_whole'],
    ['not told of', undefined, 'untold'],
  ])('are %s as the conversation tells', async (_, messages, expected) => {
    await begin({ first_message: 'Good day!' });
    await dialed(1);
    const { dialerJobId } = carrier.requests[0]!;
    carrier.report(eventOf(dialerJobId, 'in_progress'));
    carrier.report(eventOf(dialerJobId, 'completed', { messages }));
    await until('it is known', async () => (await callTo(dramaNumber(0))).first_words_said === expected);
  });

  it('are not said to nobody', async () => {
    await begin({ first_message: 'Good day!' });
    await dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'no_answer'));
    await until('it is known', async () => (await callTo(dramaNumber(0))).first_words_said === 'not_answered');
  });

  describe('where the law asks for them', () => {
    beforeEach(underRulePacks);

    it.each([
      ['disclosure', { disclosure: '' }, BERLIN(0), 'eu@2026.1'],
      ['disclosure', { disclosure: '' }, CALIFORNIA(0), 'us-ca@2026.2'],
      ['recording_notice', { recording_notice: '' }, CALIFORNIA(0), 'us-ca@2026.2'],
      ['recording_notice', { recording_notice: '' }, dramaNumber(0), 'gb@2026.2'],
      ['disclosure', { language: 'pl' }, BERLIN(0), 'eu@2026.1'],
    ])('keep a campaign from being started without %s: %j, %s', async (field, terms, number, pack) => {
      const id = await draft(terms, [number]);
      const { first_words, reasons } = await preflight(id);
      expect(first_words.obstacle).toMatchObject({ code: 'no_disclosure', field, packs: [pack] });
      expect(reasons).toContainEqual({ code: 'no_disclosure', contacts: 1, until: null });
      const rejection = { code: 'no_disclosure', field, rule_packs: [pack], detail: first_words.obstacle!.detail };
      expect(await start(id)).toMatchObject({ status: 409, body: rejection });
      expect(await whyNot(id, number)).toMatchObject({ is_eligible: false });
      await stage.client.patch(`/campaigns/${id}`, {
        language: 'de',
        disclosure: 'KI.',
        recording_notice: 'Mitschnitt.',
      });
      expect((await preflight(id)).first_words).toMatchObject({ obstacle: null, warnings: [] });
      expect((await start(id)).status).toBe(200);
    });

    it.each([
      ['disclosure', { disclosure: '' }, NEW_YORK(0)],
      ['recording_notice', { recording_notice: '' }, NEW_YORK(0)],
      ['recording_notice', { recording_notice: '', record_calls: false }, CALIFORNIA(0)],
    ])('do so nowhere else: no %s, %j, %s', async (field, terms, number) => {
      const id = await draft(terms, [number]);
      const { first_words } = await preflight(id);
      expect(first_words.obstacle).toBeNull();
      const warnings = 'record_calls' in terms ? [] : [{ code: `${field}_off`, field }];
      expect(first_words.warnings).toMatchObject(warnings);
      expect((await start(id)).status).toBe(200);
    });

    it('hold back whom a running campaign may not call, until they are said', async () => {
      const id = await begin({ disclosure: '' }, [NEW_YORK(0)]);
      await dialed(1);
      await add(id, [BERLIN(0)]);
      await waits(id, BERLIN(0));
      expect(await whyNot(id, BERLIN(0))).toMatchObject({ code: 'no_disclosure', is_eligible: false });
      const { body } = await stage.client.get<{ blocked_by: object[] }>(`/campaigns/${id}/diagnostics`);
      expect(body.blocked_by).toContainEqual(expect.objectContaining({ code: 'no_disclosure', contacts: 1 }));
      await stage.client.patch(`/campaigns/${id}`, { disclosure: null });
      await dialed(2);
      expect(carrier.requests[1]!.agent.firstWords).toContain(en.disclosure);
      expect((await callTo(BERLIN(0))).decision.hours.asks).toEqual({
        disclosure: ['eu@2026.1'],
        recording_notice: ['eu@2026.1'],
      });
    });

    it.each([
      ['of the tenant', { disclosure: 'A machine.' }],
      ['that no rule packs ask for', { uses_rule_packs: false }],
    ])('are those %s as soon as it says so', async (_, change) => {
      await stage.client.patch('/tenant', { disclosure: '' });
      const id = await begin({}, [NEW_YORK(0)]);
      await add(id, [BERLIN(0)]);
      await waits(id, BERLIN(0));
      await stage.client.patch('/tenant', change);
      await dialed(2);
      expect(carrier.requests.map(({ to }) => to).sort()).toEqual([NEW_YORK(0), BERLIN(0)].sort());
    });

    it('are asked for again when the call is committed', async () => {
      await stage.worker.close();
      const id = await begin({}, [BERLIN(0)]);
      const jobs = () => stage.database.query(`SELECT status, reason FROM dialer_jobs WHERE campaign_id = $1`, [id]);
      await until('it is queued', async () => (await jobs()).length === 1);
      await stage.database.query(`UPDATE campaigns SET disclosure = '' WHERE id = $1`, [id]);
      stage = await withWorker(stage, carrier);
      await waits(id, BERLIN(0));
      expect(await jobs()).toEqual([{ status: 'skipped', reason: 'no_disclosure' }]);
      expect(carrier.requests).toEqual([]);
    });

    it('agree with the answer to why not, for any settings and places', async () => {
      const text = fc.constantFrom(null, '', 'A machine.');
      const settings = fc.record({
        tenant: fc.record({ disclosure: text, recording_notice: text }),
        campaign: fc.record({
          disclosure: text,
          recording_notice: text,
          language: fc.constantFrom(null, 'de', 'pl'),
          record_calls: fc.boolean(),
        }),
      });
      let next = 0;
      for (const { tenant, campaign } of fc.sample(settings, { numRuns: 12, seed: 12 })) {
        const numbers = [BERLIN, CALIFORNIA, NEW_YORK, dramaNumber].map((number) => number(next));
        next += 1;
        await stage.client.patch('/tenant', tenant);
        const id = await draft(campaign, numbers);
        const before = await Promise.all(numbers.map((number) => whyNot(id, number)));
        const isRefused = (await start(id)).status === 409;
        if (isRefused)
          await stage.database.query(`UPDATE campaigns SET status = 'running', wake_at = now() WHERE id = $1`, [id]);
        const isSettled = async (number: string) => {
          const { status, block_code } = await leadOf(id, number);
          return status === 'in_progress' || block_code !== null;
        };
        for (const number of numbers) await until(`${number} is judged`, () => isSettled(number));
        for (const [index, number] of numbers.entries()) {
          const { block_code } = await leadOf(id, number);
          const told = [block_code === null, block_code];
          const after = await whyNot(id, number);
          const verdict = (
            before[index] as unknown as { verdicts: { code: string; is_open: boolean }[] }
          ).verdicts.find(({ code }) => code === 'no_disclosure')!;
          expect([number, verdict.is_open, verdict.is_open ? null : 'no_disclosure']).toEqual([number, ...told]);
          expect(after.code).toBe(block_code === null ? 'in_call' : 'no_disclosure');
        }
        expect(isRefused).toBe(
          (await Promise.all(numbers.map((number) => leadOf(id, number)))).some((lead) => lead['block_code'] !== null),
        );
        await stage.client.post(`/campaigns/${id}/stop`);
      }
    });
  });
});

/** Stage as it was, whose close ends the new worker. */
async function withWorker(stage: Stage, carrier: ObedientCarrier): Promise<Stage> {
  const worker = await startWorker(testConfig(stage.database.url), carrier);
  return { ...stage, worker, close: () => worker.close().then(() => stage.close()) };
}

const NEW_CAMPAIGN = { name: 'Renewals', system_prompt: 'Ask.', voice_id: 'aria' };

function turn(role: ConversationTurn['role'], text: string): ConversationTurn {
  return { role, text, seconds_from_start: 0 };
}
