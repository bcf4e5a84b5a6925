import { beforeEach, expect, it } from 'vitest';
import { DATA_NOTICE } from '#rules/template/template-values.js';
import { eventOf } from '../../support/obedient-carrier.js';
import { AT_ANY_HOUR, closedNow, createCampaign, dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { startCampaign } from './stage.js';
import { contactOf, whyNot } from './contact-views.js';

const HOUR_MS = 3_600_000;

describeOnEachQueue('Compliance', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;
  beforeEach(() => stage.changeTenant());

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
      async () => (await contactOf(stage, campaign.id, dramaNumber(9)))?.['block_code'] === 'outside_window',
    );
    const { body } = await stage.client.get(`/campaigns/${campaign.id}/diagnostics`);
    expect(body).toMatchObject({ status: 'running', activity: expect.stringMatching(/waiting_window|dialing/) });
    const why = await whyNot(stage, campaign.id, dramaNumber(9));
    expect(why).toMatchObject({ is_eligible: false, code: 'outside_window' });
    expect(Date.parse(why.next_eligible_at!)).toBeGreaterThan(now + 10 * HOUR_MS);
    expect(Date.parse(why.next_eligible_at!)).toBeLessThan(now + 13 * HOUR_MS);
    const before = carrier.requests.length;
    await stage.client.patch(`/campaigns/${campaign.id}`, { calling_window: AT_ANY_HOUR });
    await stage.dialed(3);
    expect(before).toBeLessThan(3);
  });

  it('stores with each call why it was allowed', async () => {
    await startCampaign(stage, { count: 1 });
    await stage.dialed(1);
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
    await stage.dialed(1);
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
    await stage.dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'completed'));
    await until('it is completed', async () => {
      const { body } = await stage.client.get<{ campaign: { status: string } }>(`/campaigns/${campaign.id}`);
      return body.campaign.status === 'completed';
    });
    expect(await contactOf(stage, campaign.id, '+88312345678901')).toMatchObject({
      status: 'pending',
      block_code: 'number_kind',
      next_attempt_at: null,
    });
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
    await stage.database.query(`UPDATE campaigns SET status = 'running', wake_at = NULL WHERE id = $1`, [campaign.id]);
    const answers = new Map<string, boolean>();
    for (const number of numbers) answers.set(number, (await whyNot(stage, campaign.id, number)).is_eligible);
    await stage.database.query(`UPDATE campaigns SET wake_at = now() WHERE id = $1`, [campaign.id]);
    const eligible = numbers.filter((number) => answers.get(number));
    expect(eligible.length).toBeGreaterThan(0);
    await stage.dialed(eligible.length);
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
