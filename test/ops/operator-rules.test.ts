import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '#config/settings.js';
import { judgeNumber } from '#geography/number-kind.js';
import { whyNumberIsNotAllowed } from '#rules/phone-number/number-kind.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { openContext } from '../../apps/local/src/ops/ops-context.js';
import { setStage, type Stage } from '../engine/dialing/stage.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { ACCOUNTS_SET_UP, addAccount } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

const JAMAICA = '+18765551234';
const PREMIUM = '+4990012345678';
const LONDON = dramaNumber(0);

/** Limits of what tenants call and spend, with a carrier that takes whatever it is asked. */
describe("The operator's rules", () => {
  let stage: Stage;
  let carrier: ObedientCarrier;

  const open = async (environment: Environment = {}) => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier, environment);
  };
  afterEach(() => stage.close());

  const numbersDialed = () => carrier.requests.map(({ to }) => to).sort();
  const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length === count);
  const add = (campaignId: string, numbers: readonly string[]) =>
    stage.client.post(`/campaigns/${campaignId}/contacts/bulk`, {
      contacts: numbers.map((phone_number) => ({ phone_number, timezone: 'UTC' })),
    });
  const begin = async (numbers: readonly string[], fields: object = {}) => {
    const { id } = await createCampaign(stage.client, { ...fields });
    await add(id, numbers);
    return { id, started: await stage.client.post(`/campaigns/${id}/start`) };
  };
  const leadOf = async (number: string) =>
    (await stage.database.query(`SELECT * FROM leads WHERE phone_number = $1`, [number]))[0]!;
  const waitsFor = (number: string, code: string) =>
    until(`${number} waits for ${code}`, async () => (await leadOf(number))['block_code'] === code);
  const whyNot = async (campaignId: string, number: string) => {
    const { id } = await leadOf(number);
    return (await stage.client.get<{ code: string }>(`/campaigns/${campaignId}/contacts/${id}/eligibility`)).body;
  };
  const diagnosis = async (id: string) =>
    (await stage.client.get<{ blocked_by: { code: string; detail: string }[] }>(`/campaigns/${id}/diagnostics`)).body;
  const jobsOf = (number: string) =>
    stage.database.query(`SELECT 1 FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id WHERE l.phone_number = $1`, [
      number,
    ]);
  const ops = async (...argv: string[]) => {
    const context = await openContext(testConfig(stage.database.url), stage.database.url, carrier);
    let text = '';
    const print = (more: string) => void (text += `${more}\n`);
    const code = await runOps(argv, (work) => work(context), { print, complain: print }).finally(() => context.close());
    return { code, text };
  };
  describe('on what may be called', () => {
    beforeEach(() => open({ ALLOWED_COUNTRIES: 'GB,DE' }));

    it('keep numbers of a refused kind and of other countries from being dialed, and say so everywhere', async () => {
      const { id, started } = await begin([LONDON, JAMAICA, PREMIUM]);
      expect(started.status).toBe(200);
      await waitsFor(JAMAICA, 'country_not_allowed');
      await waitsFor(PREMIUM, 'number_kind');
      await dialed(1);
      expect(numbersDialed()).toEqual([LONDON]);
      expect([(await jobsOf(JAMAICA)).length, (await jobsOf(PREMIUM)).length]).toEqual([0, 0]);
      expect(await whyNot(id, JAMAICA)).toMatchObject({ is_eligible: false, code: 'country_not_allowed' });
      expect(await whyNot(id, PREMIUM)).toMatchObject({ is_eligible: false, code: 'number_kind' });
      const blocks = (await diagnosis(id)).blocked_by;
      expect(blocks).toContainEqual(expect.objectContaining({ code: 'number_kind', contacts: 1, until: null }));
      const preflight = await stage.client.post(`/campaigns/${id}/preflight`);
      expect(preflight.body).toMatchObject({
        contacts: { never: 2 },
        reasons: expect.arrayContaining([
          { code: 'number_kind', contacts: 1, until: null },
          { code: 'country_not_allowed', contacts: 1, until: null },
        ]),
      });
      const [call] = await stage.database.query(`SELECT decision FROM calls`);
      expect(call).toMatchObject({ decision: { number: { country: 'GB', kind: 'ordinary' } } });
    });

    it('refuse to start a campaign in which nobody may be called', async () => {
      const { started } = await begin([JAMAICA, PREMIUM, '+87077712345']);
      expect(started).toMatchObject({ status: 409, body: { code: 'nobody_to_call' } });
    });

    it('hold for numbers by every way in, whatever a tenant says of itself or of them', async () => {
      const { id } = await createCampaign(stage.client);
      await stage.client.post(`/campaigns/${id}/contacts`, { phone_number: JAMAICA, timezone: 'Europe/London' });
      await add(id, [PREMIUM]);
      const file = gzipSync('phone,timezone\n+19005551234,Europe/London\n');
      await fetch(`${stage.client.origin}/api/v1/campaigns/${id}/imports`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stage.client.token}`, 'content-type': 'application/gzip' },
        body: file,
      });
      await until('the file is read', async () => (await leadOf('+19005551234')) !== undefined);
      const lead = await leadOf(JAMAICA);
      await stage.client.patch(`/campaigns/${id}/contacts/${lead['id']}`, { timezone: 'UTC' });
      await stage.client.patch('/tenant', { uses_rule_packs: false });
      await add(id, [LONDON]);
      await stage.client.post(`/campaigns/${id}/start`);
      for (const number of [JAMAICA, PREMIUM, '+19005551234']) await waitsFor(number, rejectionOf(number)!);
      await dialed(1);
      expect(numbersDialed()).toEqual([LONDON]);
    });

    it('see through national prefixes, surplus digits and codes that countries share', async () => {
      const { id } = await createCampaign(stage.client);
      const refused = [
        ['+49 0 900 1234567', '+499001234567', 'number_kind'],
        ['+49 900 1234567 123', '+499001234567123', 'number_kind'],
        ['+49 118 33', '+4911833', 'number_kind'],
        ['+44 1534 123456', '+441534123456', 'country_not_allowed'],
        ['+44 (0)1624 123456', '+441624123456', 'country_not_allowed'],
      ] as const;
      await add(id, [...refused.map(([text]) => text), '+44 (0)7700 900123']);
      await stage.client.post(`/campaigns/${id}/start`);
      for (const [, number, code] of refused) await waitsFor(number, code);
      await dialed(1);
      expect(numbersDialed()).toEqual(['+447700900123']);
    });

    it('agree with the answer to why not, for any number', async () => {
      const national = fc.stringMatching(/^[1-9]\d{6,9}$/);
      const numbers = fc.sample(
        fc
          .tuple(fc.constantFrom('+44', '+49', '+49900', '+1876', '+1202', '+870', '+371'), national)
          .map(([code, rest]) => code + rest),
        { numRuns: 60, seed: 7 },
      );
      const { id } = await begin([LONDON, ...numbers], { max_concurrent_calls: 200 });
      const leads = await stage.database.query<{ phone_number: string }>(`SELECT phone_number FROM leads`);
      const open = leads.filter(({ phone_number }) => rejectionOf(phone_number) === null);
      await until('all that may be are dialed', async () => carrier.requests.length >= open.length);
      expect(numbersDialed()).toEqual(open.map(({ phone_number }) => phone_number).sort());
      for (const { phone_number } of leads.filter((lead) => !open.includes(lead))) {
        expect([phone_number, (await whyNot(id, phone_number)).code]).toEqual([
          phone_number,
          rejectionOf(phone_number),
        ]);
      }
    });

    it('call those who waited once the settings are wider', async () => {
      await begin([LONDON, JAMAICA, PREMIUM]);
      await waitsFor(JAMAICA, 'country_not_allowed');
      await waitsFor(PREMIUM, 'number_kind');
      await dialed(1);
      await stage.worker.close();
      const wider = { ALLOWED_COUNTRIES: '*', ALLOWED_NUMBER_KINDS: 'premium_rate' };
      const worker = await startWorker(testConfig(stage.database.url, wider), carrier);
      try {
        await dialed(3);
        expect(numbersDialed()).toEqual([JAMAICA, LONDON, PREMIUM].sort());
      } finally {
        await worker.close();
      }
    });

    it('judge numbers that an earlier version stored before they are dialed', async () => {
      const { id } = await createCampaign(stage.client);
      await add(id, [LONDON, JAMAICA, PREMIUM]);
      await stage.database.query(`UPDATE areas SET number_kind = NULL, number_country = NULL, key = 'before ' || key`);
      expect(await whyNot(id, PREMIUM)).toMatchObject({
        verdicts: expect.arrayContaining([expect.objectContaining({ code: 'number_kind', is_open: false })]),
      });
      await stage.client.post(`/campaigns/${id}/start`);
      await waitsFor(JAMAICA, 'country_not_allowed');
      await waitsFor(PREMIUM, 'number_kind');
      await dialed(1);
      expect(numbersDialed()).toEqual([LONDON]);
    });

    it('are asked again when the call is committed: a job that is queued then is taken back once', async () => {
      await stage.worker.close();
      const { id } = await begin([LONDON]);
      await until('it is queued', async () => (await jobsOf(LONDON)).length === 1);
      const worker = await startWorker(testConfig(stage.database.url, { ALLOWED_COUNTRIES: 'DE' }), carrier);
      try {
        await waitsFor(LONDON, 'country_not_allowed');
        expect(await stage.database.query(`SELECT status, reason FROM dialer_jobs`)).toEqual([
          { status: 'skipped', reason: 'country_not_allowed' },
        ]);
        expect(carrier.requests).toEqual([]);
        expect(await whyNot(id, LONDON)).toMatchObject({ is_eligible: false });
      } finally {
        await worker.close();
      }
    });
  });

  describe("on a tenant's own account", () => {
    beforeEach(() => open({ ...ACCOUNTS_SET_UP, ALLOWED_COUNTRIES: 'DE' }));

    it('are its allowed_countries, else the default country, and nothing without either', async () => {
      const account = await addAccount(stage.client, {
        twilio: { account_sid: `AC${'1'.repeat(32)}`, auth_token: 'a-token-of-twilio' },
        allowed_countries: null,
      });
      expect(account).toMatchObject({ allowed_countries: null });
      const path = `/telephony-accounts/${account.id}`;
      const { id } = await createCampaign(stage.client, {
        telephony_account_id: account.id,
        from_number: dramaNumber(900),
        first_message: 'Hello.',
      });
      await add(id, [LONDON, JAMAICA]);
      const codes = async () => [await verdict(id, LONDON), await verdict(id, JAMAICA)];
      expect(await codes()).toEqual([false, false]);
      expect(await stage.client.post(`/campaigns/${id}/start`)).toMatchObject({ status: 409 });
      await stage.client.patch('/tenant', { default_country: 'GB' });
      expect(await codes()).toEqual([true, false]);
      expect(await stage.client.patch(path, { allowed_countries: ['JM'] })).toMatchObject({ status: 200 });
      expect(await codes()).toEqual([false, true]);
      await stage.client.patch(path, { allowed_countries: ['*'] });
      expect(await codes()).toEqual([true, true]);
      expect((await ops('accounts')).text).toContain('*');
      expect(await stage.client.patch(path, { allowed_countries: null })).toMatchObject({
        body: { telephony_account: { allowed_countries: null } },
      });
      for (const wrong of [[], ['UK'], 'GB', [44]])
        expect(await stage.client.patch(path, { allowed_countries: wrong })).toMatchObject({ status: 422 });
    });

    const verdict = async (campaignId: string, number: string) => {
      const { verdicts } = (await whyNot(campaignId, number)) as unknown as {
        verdicts: { code: string; is_open: boolean }[];
      };
      return verdicts.find(({ code }) => code === 'country_not_allowed')!.is_open;
    };
  });
});

function rejectionOf(number: string): string | null {
  return whyNumberIsNotAllowed(judgeNumber(number), { countries: ['GB', 'DE'], kinds: [] });
}
