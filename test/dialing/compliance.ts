import { DATA_NOTICE } from '#rules/template/template-values.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ObedientCarrier, eventOf } from '../harness/obedient-carrier.js';
import { AT_ANY_HOUR, closedNow, createCampaign, dramaNumber } from '../harness/running-api.js';
import { until } from '../harness/until.js';
import { setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

interface Eligibility {
  readonly is_eligible: boolean;
  readonly code: string | null;
  readonly next_eligible_at: string | null;
}

const HOUR_MS = 3_600_000;

/** Nobody is called who must not be, and everybody can see why not. */
export function describeCompliance(backend: QueueBackend): void {
  describe(`Compliance, queue on ${backend}`, () => {
    let stage: Stage;
    let carrier: ObedientCarrier;
    beforeEach(async () => {
      carrier = new ObedientCarrier();
      stage = await setStage(backend, carrier);
    });
    afterEach(() => stage.close());

    const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length === count);
    const idOf = async (campaignId: string, number: string) => {
      const [lead] = await stage.database.query<{ id: string }>(
        `SELECT id FROM leads WHERE campaign_id = $1 AND phone_number = $2`,
        [campaignId, number],
      );
      return lead!.id;
    };
    const whyNot = async (campaignId: string, number: string) => {
      const path = `/campaigns/${campaignId}/contacts/${await idOf(campaignId, number)}/eligibility`;
      const { status, body } = await stage.client.get<Eligibility>(path);
      expect(status).toBe(200);
      return body;
    };
    const contact = async (campaignId: string, number: string) => {
      const { body } = await stage.client.get<{ items: Record<string, unknown>[] }>(
        `/campaigns/${campaignId}/contacts`,
      );
      return body.items.find(({ phone_number }) => phone_number === number);
    };
    const nothingLive = () =>
      until(
        'nothing is live',
        async () => (await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE check_at IS NOT NULL`)).length === 0,
      );

    it('calls where it is open, waits where it is not, and says until when', async () => {
      const campaign = await createCampaign(stage.client, { calling_window: { ...AT_ANY_HOUR, to: '23:59' } });
      const now = Date.now();
      const asleep = ['Pacific/Kiritimati', 'Pacific/Honolulu'].map((timezone, n) => ({
        phone_number: dramaNumber(n),
        timezone,
      }));
      await stage.client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
        contacts: [...asleep, { phone_number: dramaNumber(9), timezone: 'UTC' }],
      });
      await stage.client.patch(`/campaigns/${campaign.id}`, { calling_window: closedNow() });
      await stage.client.post(`/campaigns/${campaign.id}/start`);
      await until(
        'the hours are reckoned',
        async () => (await contact(campaign.id, dramaNumber(9)))?.['block_code'] === 'outside_window',
      );
      const { body } = await stage.client.get(`/campaigns/${campaign.id}/diagnostics`);
      expect(body).toMatchObject({ status: 'running', activity: expect.stringMatching(/waiting_window|dialing/) });
      const why = await whyNot(campaign.id, dramaNumber(9));
      expect(why).toMatchObject({ is_eligible: false, code: 'outside_window' });
      expect(Date.parse(why.next_eligible_at!)).toBeGreaterThan(now + 10 * HOUR_MS);
      expect(Date.parse(why.next_eligible_at!)).toBeLessThan(now + 13 * HOUR_MS);
      const before = carrier.requests.length;
      await stage.client.patch(`/campaigns/${campaign.id}`, { calling_window: AT_ANY_HOUR });
      await dialed(3);
      expect(before).toBeLessThan(3);
    });

    it('stores with each call why it was allowed', async () => {
      await startCampaign(stage, { count: 1 });
      await dialed(1);
      const [call] = await stage.database.query<{ id: string }>(`SELECT id FROM calls`);
      const { body } = await stage.client.get(`/calls/${call!.id}`);
      expect(body).toMatchObject({
        decision: {
          decided_at: expect.any(String),
          hours: { zones: ['Europe/London'], packs: [], opened_at: expect.any(String), closes_at: expect.any(String) },
          rule_packs_off: true,
          dnc_checked_at: expect.any(String),
          consent_id: null,
          gap: { seconds: 0, last_called_at: null },
          cap: null,
        },
      });
    });

    it('tells the agent what is known of the person', async () => {
      const campaign = await createCampaign(stage.client, {
        system_prompt: 'Ask {{first_name}} about {{custom_fields.plan}}.',
        first_message: 'Hello {{first_name}} {{last_name}}!',
      });
      await stage.client.post(`/campaigns/${campaign.id}/contacts`, {
        phone_number: dramaNumber(0),
        first_name: 'Ada',
        custom_fields: { plan: 'basic' },
      });
      await stage.client.post(`/campaigns/${campaign.id}/start`);
      await dialed(1);
      expect(carrier.requests[0]!.agent).toMatchObject({
        systemPrompt: `${DATA_NOTICE}\n\nAsk ⟦Ada⟧ about ⟦basic⟧.`,
        firstMessage: expect.stringMatching(/ Hello Ada!$/),
      });
    });

    it('does not call a number of no country and in no zone that anybody knows, and completes without it', async () => {
      const campaign = await createCampaign(stage.client);
      await stage.client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
        contacts: [{ phone_number: '+88312345678901' }, { phone_number: dramaNumber(1) }],
      });
      await stage.client.post(`/campaigns/${campaign.id}/start`);
      await dialed(1);
      carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'completed'));
      await until('it is completed', async () => {
        const { body } = await stage.client.get<{ campaign: { status: string } }>(`/campaigns/${campaign.id}`);
        return body.campaign.status === 'completed';
      });
      expect(await contact(campaign.id, '+88312345678901')).toMatchObject({
        status: 'pending',
        block_code: 'number_kind',
        next_attempt_at: null,
      });
    });

    it('never calls a listed number, in any campaign, and calls it again once it is off the list', async () => {
      await stage.client.post('/dnc', { phone_number: dramaNumber(0), reason: 'asked by email' });
      const campaign = await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
      const other = await createCampaign(stage.client, { name: 'other' });
      await dialed(1);
      expect(carrier.requests[0]).toMatchObject({ to: dramaNumber(1) });
      expect(await contact(campaign.id, dramaNumber(0))).toMatchObject({ status: 'suppressed', block_code: 'dnc' });
      expect(await whyNot(campaign.id, dramaNumber(0))).toMatchObject({ code: 'contact_closed' });
      const added = await stage.client.post<{ contact: { status: string } }>(`/campaigns/${other.id}/contacts`, {
        phone_number: dramaNumber(0),
      });
      expect([added.status, added.body.contact.status]).toEqual([201, 'suppressed']);
      expect((await stage.client.get(`/dnc/${encodeURIComponent(dramaNumber(0))}`)).body).toMatchObject({
        is_listed: true,
      });
      const removed = await stage.client.delete(`/dnc/${encodeURIComponent(dramaNumber(0))}`);
      expect(removed.body).toMatchObject({ contacts_released: 2 });
      await dialed(2);
      expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(0) });
    });

    it('suppresses in every campaign whoever asks for it, in a call or afterwards', async () => {
      const waiting = await createCampaign(stage.client, { name: 'waiting' });
      await stage.client.post(`/campaigns/${waiting.id}/contacts/bulk`, {
        contacts: [0, 1].map((n) => ({ phone_number: dramaNumber(n) })),
      });
      await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
      await dialed(2);
      const [first, second] = carrier.requests;
      carrier.report({ ...eventOf(first!.dialerJobId, 'completed'), outcome: 'opt_out' });
      carrier.report(eventOf(second!.dialerJobId, 'completed'));
      await nothingLive();
      expect(await contact(waiting.id, first!.to)).toMatchObject({ status: 'suppressed', block_code: 'dnc' });
      expect(await contact(waiting.id, second!.to)).toMatchObject({ status: 'pending' });
      const [call] = await stage.database.query<{ id: string }>(`SELECT id FROM calls WHERE dialer_job_id = $1`, [
        second!.dialerJobId,
      ]);
      const { body } = await stage.client.post(`/calls/${call!.id}/disposition`, { opt_out: true });
      expect(body).toEqual({ phone_number: second!.to, contacts_suppressed: 1 });
      expect(await contact(waiting.id, second!.to)).toMatchObject({ status: 'suppressed', block_code: 'dnc' });
    });

    it('calls a number no oftener than the cap allows, over all campaigns', async () => {
      await stage.client.patch('/tenant', { frequency_cap: { attempts: 1, days: 7 } });
      await startCampaign(stage, { count: 1, retry_failed: false });
      await dialed(1);
      carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'no_answer'));
      await nothingLive();
      const second = await startCampaign(stage, { count: 2, name: 'second' });
      await dialed(2);
      expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(1) });
      const why = await whyNot(second.id, dramaNumber(0));
      expect(why).toMatchObject({ is_eligible: false, code: 'frequency_cap' });
      expect(Date.parse(why.next_eligible_at!) - Date.now()).toBeGreaterThan(6.9 * 24 * HOUR_MS);
      expect(await contact(second.id, dramaNumber(0))).toMatchObject({ block_code: 'frequency_cap' });
    });

    it('calls only those who have agreed to it, where the campaign asks for it', async () => {
      const agree = (n: number, fields = {}) =>
        stage.client.post('/consents', { phone_number: dramaNumber(n), source: 'form', channel: 'web', ...fields });
      await agree(0);
      const campaign = await startCampaign(stage, { count: 3, max_concurrent_calls: 3, requires_consent: true });
      await dialed(1);
      await until(
        'two are held back',
        async () => (await contact(campaign.id, dramaNumber(2)))?.['block_code'] === 'no_consent',
      );
      expect(await whyNot(campaign.id, dramaNumber(1))).toMatchObject({ code: 'no_consent', next_eligible_at: null });
      expect((await agree(1)).status).toBe(201);
      await agree(2, { given_at: '2026-01-01T00:00:00Z', expires_at: '2026-02-01T00:00:00Z' });
      await dialed(2);
      expect(carrier.requests.map(({ to }) => to)).toEqual([dramaNumber(0), dramaNumber(1)]);
      const calls = await stage.database.query<{ decision: { consent_id: unknown } }>(`SELECT decision FROM calls`);
      expect(calls.map(({ decision }) => decision.consent_id)).toEqual([expect.any(String), expect.any(String)]);
      expect(await whyNot(campaign.id, dramaNumber(2))).toMatchObject({ is_eligible: false });
    });

    it.each([
      ['frequency_cap', { tenant: { frequency_cap: { attempts: 1, days: 7 } } }, { tenant: { frequency_cap: null } }],
      ['min_gap', { tenant: { min_gap_seconds: 86_400 } }, { tenant: { min_gap_seconds: 0 } }],
      ['min_gap', { campaign: { min_gap_seconds: 86_400 } }, { campaign: { min_gap_seconds: 0 } }],
      ['no_consent', { campaign: { requires_consent: true } }, { campaign: { requires_consent: false } }],
    ])('calls whom it held back by %s once %j becomes %j', async (code, held, lifted) => {
      await startCampaign(stage, { count: 1, retry_failed: false });
      await dialed(1);
      carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'no_answer'));
      await nothingLive();
      await stage.client.patch('/tenant', 'tenant' in held ? held.tenant : {});
      const second = await startCampaign(stage, { count: 1, ...('campaign' in held ? held.campaign : {}) });
      await until('it is held back', async () => (await contact(second.id, dramaNumber(0)))?.['block_code'] === code);
      if ('tenant' in lifted) await stage.client.patch('/tenant', lifted.tenant);
      else await stage.client.patch(`/campaigns/${second.id}`, lifted.campaign);
      await stage.client.post(`/campaigns/${second.id}/start`);
      await dialed(2);
      expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(0) });
    });

    it('answers "why not?" as the engine then does, whatever is in the way', async () => {
      const campaign = await createCampaign(stage.client, { max_concurrent_calls: 100 });
      const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Australia/Lord_Howe'];
      const argentine = Array.from({ length: 12 }, (_, n) => `+5411555512${10 + n}`);
      const numbers = [...Array.from({ length: 60 }, (_, n) => dramaNumber(n)), ...argentine];
      await stage.client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
        contacts: numbers.map((phone_number, n) => ({ phone_number, timezone: zones[n % zones.length] })),
      });
      const otherWriting = (n: number) => numbers[n]!.replace('+5411', '+54911');
      for (const n of [61, 66]) await stage.client.post('/dnc', { phone_number: otherWriting(n) });
      for (const n of [3, 14, 25]) await stage.client.post('/dnc', { phone_number: numbers[n] });
      const later = new Date(Date.now() + HOUR_MS).toISOString();
      for (const n of [6, 17]) await stage.client.post('/dnc', { phone_number: numbers[n], expires_at: later });
      for (const n of numbers.keys())
        if (n % 4 !== 0)
          await stage.client.post('/consents', { phone_number: otherWriting(n), source: 'form', channel: 'web' });
      const from = `${String(new Date().getUTCHours()).padStart(2, '0')}:00`;
      const to = `${String((new Date().getUTCHours() + 8) % 24).padStart(2, '0')}:00`;
      await stage.client.patch(`/campaigns/${campaign.id}`, {
        requires_consent: true,
        calling_window: { ...AT_ANY_HOUR, from, to },
      });
      await stage.database.query(`UPDATE campaigns SET status = 'running', wake_at = NULL WHERE id = $1`, [
        campaign.id,
      ]);
      const answers = new Map<string, boolean>();
      for (const number of numbers) answers.set(number, (await whyNot(campaign.id, number)).is_eligible);
      await stage.database.query(`UPDATE campaigns SET wake_at = now() WHERE id = $1`, [campaign.id]);
      const eligible = numbers.filter((number) => answers.get(number));
      expect(eligible.length).toBeGreaterThan(0);
      await dialed(eligible.length);
      await until('all is judged', async () => {
        const [row] = await stage.database.query<{ wake_at: Date | null }>(
          `SELECT wake_at FROM campaigns WHERE id = $1`,
          [campaign.id],
        );
        return row!.wake_at === null || row!.wake_at > new Date();
      });
      expect(carrier.requests.map(({ to }) => to).sort()).toEqual([...eligible].sort());
    });
  });
}
