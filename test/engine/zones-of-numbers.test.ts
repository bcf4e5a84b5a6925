import { Temporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NUMBER_RULES } from '#geography/number-kind.js';
import { isOpen } from '../chaos/judge/wall-clock.js';
import { setStage, type Stage } from './dialing/stage.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { AT_ANY_HOUR, createCampaign, dramaNumber } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

/** Area codes, and the zones in which numbers of an unlisted exchange may lie: a list of this test's own. */
const ZONES_OF_AREA: Readonly<Record<string, readonly string[]>> = {
  '212': ['America/New_York'],
  '312': ['America/Chicago'],
  '303': ['America/Denver'],
  '213': ['America/Los_Angeles'],
  '270': ['America/Chicago', 'America/New_York'],
  '364': ['America/Chicago', 'America/New_York'],
  '448': ['America/Chicago', 'America/New_York'],
  '689': ['America/New_York'],
  '729': ['America/Chicago', 'America/New_York'],
  '850': ['America/Chicago', 'America/New_York'],
  '605': ['America/Chicago', 'America/Denver'],
  '701': ['America/Chicago', 'America/Denver'],
  '208': ['America/Boise', 'America/Los_Angeles'],
};
const AREAS = Object.keys(ZONES_OF_AREA);
/** Kept for stories by ACMA. */
const AUSTRALIAN_MOBILE = '+61491570156';
const IN_PENSACOLA = '+18505550143';

/** Open in Chicago for three quarters of an hour and in Denver, shut an hour to the east. */
function windowOfChicago(): typeof AT_ANY_HOUR | { days: readonly string[]; from: string; to: string } {
  const now = Temporal.Now.plainDateTimeISO('America/Chicago');
  const time = (minutes: number) => now.add({ minutes }).toPlainTime().toString({ smallestUnit: 'minute' });
  return { ...AT_ANY_HOUR, from: time(-90), to: time(45) };
}

interface Why {
  readonly code: string | null;
  readonly verdicts: readonly { readonly code: string; readonly is_open: boolean }[];
  readonly hours: { readonly zones: readonly { readonly zone: string }[] };
}

describe('Numbers that may lie in several zones', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  beforeEach(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier, { ALLOWED_COUNTRIES: '*' });
  });
  afterEach(() => stage.close());

  const dialed = () => carrier.requests.map(({ to }) => to).sort();
  const add = async (campaignId: string, contacts: readonly { phone_number: string; timezone?: string }[]) =>
    expect((await stage.client.post(`/campaigns/${campaignId}/contacts/bulk`, { contacts })).body).toMatchObject({
      created: contacts.length,
    });
  const whyNot = async (campaignId: string, number: string) => {
    const [lead] = await stage.database.query<{ id: string }>(`SELECT id FROM leads WHERE phone_number = $1`, [number]);
    return (await stage.client.get<Why>(`/campaigns/${campaignId}/contacts/${lead!.id}/eligibility`)).body;
  };

  it('are dialed only while all zones are open, and the answer to why not agrees', async () => {
    const window = windowOfChicago();
    const isOpenIn = (zone: string) => isOpen({ calling_window: window, blackout_dates: [] }, zone, Date.now());
    const drawn = fc.sample(fc.tuple(fc.constantFrom(...AREAS), fc.integer({ min: 0, max: 42 })), {
      numRuns: 60,
      seed: 11,
    });
    const numbers = [...new Set(drawn.map(([area, n]) => `+1${area}55501${String(n).padStart(2, '0')}`))];
    const zonesOf = (number: string) => ZONES_OF_AREA[number.slice(2, 5)]!;
    const open = numbers.filter((number) => zonesOf(number).every(isOpenIn));
    const { id } = await createCampaign(stage.client, { calling_window: window, max_concurrent_calls: 200 });
    await add(id, [
      ...[...numbers, AUSTRALIAN_MOBILE, dramaNumber(1)].map((phone_number) => ({ phone_number })),
      { phone_number: IN_PENSACOLA, timezone: 'America/Chicago' },
    ]);
    await stage.client.post(`/campaigns/${id}/start`);
    await until('all that may be are dialed', async () => carrier.requests.length > open.length);
    expect(dialed()).toEqual([...open, IN_PENSACOLA].sort());
    const shut = numbers.filter((number) => !open.includes(number));
    expect([open.length, shut.length].every((count) => count > 5)).toBe(true);
    for (const number of [...shut, AUSTRALIAN_MOBILE])
      expect([number, (await whyNot(id, number)).code]).toEqual([number, 'outside_window']);
    for (const number of numbers) {
      const zones = (await whyNot(id, number)).hours.zones.map(({ zone }) => zone);
      expect(zones).toEqual(expect.arrayContaining([...zonesOf(number)]));
    }
    expect(dialed()).toHaveLength(open.length + 1);
  });

  it('are told by preflight: how many contacts, to which hours, and what widens them', async () => {
    const window = { ...AT_ANY_HOUR, from: '08:00', to: '21:00' };
    const { id } = await createCampaign(stage.client, { calling_window: window });
    const numbers = [AUSTRALIAN_MOBILE, '+18505550101', '+12705550102', '+13645550103', dramaNumber(1), '+13125550104'];
    await add(id, [
      ...numbers.map((phone_number) => ({ phone_number })),
      { phone_number: '+18505550105', timezone: 'America/Chicago' },
    ]);
    const { status, body } = await stage.client.post<{ narrowed_hours: { detail: string }[] }>(
      `/campaigns/${id}/preflight`,
    );
    const inTwoZones = {
      country: 'US',
      zones: ['America/Chicago', 'America/New_York'],
      clock: 'America/New_York',
      from: '09:00',
      to: '21:00',
      open_minutes: 720,
      minutes_in_one_zone: 780,
    };
    expect(status).toBe(200);
    expect(body.narrowed_hours).toHaveLength(3);
    expect(body.narrowed_hours[0]).toMatchObject({ ...inTwoZones, region: 'US-KY', contacts: 2 });
    expect(body.narrowed_hours).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...inTwoZones, region: 'US-FL', contacts: 1 }),
        expect.objectContaining({
          country: 'AU',
          region: null,
          contacts: 1,
          zones: expect.arrayContaining(['Australia/Perth', 'Australia/Sydney']),
          clock: 'Australia/Sydney',
          from: expect.stringMatching(/^1[01]:00$/),
          to: expect.stringMatching(/^2[01]:[03]0$/),
          minutes_in_one_zone: 780,
        }),
      ]),
    );
    expect(body.narrowed_hours.every(({ detail }) => detail.includes('`timezone`'))).toBe(true);
    await stage.client.patch(`/campaigns/${id}`, { calling_window: AT_ANY_HOUR });
    expect((await stage.client.post(`/campaigns/${id}/preflight`)).body).toMatchObject({ narrowed_hours: [] });
  });

  it('are located again where an earlier version had them in one zone, before they are dialed', async () => {
    const { id } = await createCampaign(stage.client, { calling_window: windowOfChicago() });
    await add(id, [{ phone_number: IN_PENSACOLA }, { phone_number: '+13125550104' }]);
    await stage.client.post(`/campaigns/${id}/start`);
    await until('the one that may be is dialed', async () => carrier.requests.length > 0);
    await stage.client.post(`/campaigns/${id}/pause`);
    await stage.worker.close();
    await stage.database.query(
      `UPDATE areas SET zones = '["America/Chicago"]', key = 'before ' || replace(key, $1, '2/1.0.0')`,
      [NUMBER_RULES],
    );
    await stage.database.query(
      `UPDATE campaign_hours SET opens_at = now() - interval '1 hour', closes_at = now() + interval '1 hour'`,
    );
    await stage.database.query(`UPDATE installation SET number_rules = '2/1.0.0'`);
    const worker = await startWorker(testConfig(stage.database.url, { ALLOWED_COUNTRIES: '*' }), carrier);
    try {
      const why = await whyNot(id, IN_PENSACOLA);
      expect(why.hours.zones.map(({ zone }) => zone)).toEqual(['America/Chicago', 'America/New_York']);
      expect(why.verdicts.find(({ code }) => code === 'outside_window')).toMatchObject({ is_open: false });
      await stage.client.post(`/campaigns/${id}/resume`);
      const placeOfLead = async () =>
        (
          await stage.database.query<{ zones: string[]; is_new: boolean }>(
            `SELECT p.zones, p.key LIKE '% ' || $1 AS is_new FROM leads l JOIN areas p ON p.id = l.area_id
             WHERE l.phone_number = $2`,
            [NUMBER_RULES, IN_PENSACOLA],
          )
        )[0];
      await until('it is located again', async () => (await placeOfLead())?.is_new === true);
      expect((await placeOfLead())?.zones).toEqual(['America/Chicago', 'America/New_York']);
      expect(await whyNot(id, IN_PENSACOLA)).toMatchObject({ code: 'outside_window' });
      expect(dialed()).toEqual(['+13125550104']);
    } finally {
      await worker.close();
    }
  });
});
