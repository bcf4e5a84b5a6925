import { beforeEach, expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { startCampaign } from './stage.js';
import { contactOf, whyNot } from './contact-views.js';

const HOUR_MS = 3_600_000;

describeOnEachQueue('Compliance with lists, caps and consents', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;
  beforeEach(() => stage.changeTenant());

  it('never calls a listed number, in any campaign, and calls it again once it is off the list', async () => {
    await stage.client.post('/dnc', { phone_number: dramaNumber(0), reason: 'asked by email' });
    const campaign = await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
    const other = await createCampaign(stage.client, { name: 'other' });
    await stage.dialed(1);
    expect(carrier.requests[0]).toMatchObject({ to: dramaNumber(1) });
    expect(await contactOf(stage, campaign.id, dramaNumber(0))).toMatchObject({
      status: 'suppressed',
      block_code: 'dnc',
    });
    expect(await whyNot(stage, campaign.id, dramaNumber(0))).toMatchObject({ code: 'contact_closed' });
    const added = await stage.client.post<{ contact: { status: string } }>(`/campaigns/${other.id}/contacts`, {
      phone_number: dramaNumber(0),
    });
    expect([added.status, added.body.contact.status]).toEqual([201, 'suppressed']);
    expect((await stage.client.get(`/dnc/${encodeURIComponent(dramaNumber(0))}`)).body).toMatchObject({
      is_listed: true,
    });
    const removed = await stage.client.delete(`/dnc/${encodeURIComponent(dramaNumber(0))}`);
    expect(removed.body).toMatchObject({ contacts_released: 2 });
    await stage.dialed(2);
    expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(0) });
  });

  it('suppresses in every campaign whoever asks for it, in a call or afterwards', async () => {
    const waiting = await createCampaign(stage.client, { name: 'waiting' });
    await stage.client.post(`/campaigns/${waiting.id}/contacts/bulk`, {
      contacts: [0, 1].map((n) => ({ phone_number: dramaNumber(n) })),
    });
    await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
    await stage.dialed(2);
    const [first, second] = carrier.requests;
    carrier.report({ ...eventOf(first!.dialerJobId, 'completed'), outcome: 'opt_out' });
    carrier.report(eventOf(second!.dialerJobId, 'completed'));
    await stage.nothingLive();
    expect(await contactOf(stage, waiting.id, first!.to)).toMatchObject({ status: 'suppressed', block_code: 'dnc' });
    expect(await contactOf(stage, waiting.id, second!.to)).toMatchObject({ status: 'pending' });
    const [call] = await stage.database.query<{ id: string }>(`SELECT id FROM calls WHERE dialer_job_id = $1`, [
      second!.dialerJobId,
    ]);
    const { body } = await stage.client.post(`/calls/${call!.id}/disposition`, { opt_out: true });
    expect(body).toEqual({ phone_number: second!.to, contacts_suppressed: 1 });
    expect(await contactOf(stage, waiting.id, second!.to)).toMatchObject({ status: 'suppressed', block_code: 'dnc' });
  });

  it('calls a number no oftener than the cap allows, over all campaigns', async () => {
    await stage.client.patch('/tenant', { frequency_cap: { attempts: 1, days: 7 } });
    await startCampaign(stage, { count: 1, retry_failed: false });
    await stage.dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'no_answer'));
    await stage.nothingLive();
    const second = await startCampaign(stage, { count: 2, name: 'second' });
    await stage.dialed(2);
    expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(1) });
    const why = await whyNot(stage, second.id, dramaNumber(0));
    expect(why).toMatchObject({ is_eligible: false, code: 'frequency_cap' });
    expect(Date.parse(why.next_eligible_at!) - Date.now()).toBeGreaterThan(6.9 * 24 * HOUR_MS);
    expect(await contactOf(stage, second.id, dramaNumber(0))).toMatchObject({ block_code: 'frequency_cap' });
  });

  it('calls only those who have agreed to it, where the campaign asks for it', async () => {
    const agree = (n: number, fields = {}) =>
      stage.client.post('/consents', { phone_number: dramaNumber(n), source: 'form', channel: 'web', ...fields });
    await agree(0);
    const campaign = await startCampaign(stage, { count: 3, max_concurrent_calls: 3, requires_consent: true });
    await stage.dialed(1);
    await until(
      'two are held back',
      async () => (await contactOf(stage, campaign.id, dramaNumber(2)))?.['block_code'] === 'no_consent',
    );
    expect(await whyNot(stage, campaign.id, dramaNumber(1))).toMatchObject({
      code: 'no_consent',
      next_eligible_at: null,
    });
    expect((await agree(1)).status).toBe(201);
    await agree(2, { given_at: '2026-01-01T00:00:00Z', expires_at: '2026-02-01T00:00:00Z' });
    await stage.dialed(2);
    expect(carrier.requests.map(({ to }) => to)).toEqual([dramaNumber(0), dramaNumber(1)]);
    const calls = await stage.database.query<{ decision: { consent_id: unknown } }>(`SELECT decision FROM calls`);
    expect(calls.map(({ decision }) => decision.consent_id)).toEqual([expect.any(String), expect.any(String)]);
    expect(await whyNot(stage, campaign.id, dramaNumber(2))).toMatchObject({ is_eligible: false });
  });

  it.each([
    ['frequency_cap', { tenant: { frequency_cap: { attempts: 1, days: 7 } } }, { tenant: { frequency_cap: null } }],
    ['min_gap', { tenant: { min_gap_seconds: 86_400 } }, { tenant: { min_gap_seconds: 0 } }],
    ['min_gap', { campaign: { min_gap_seconds: 86_400 } }, { campaign: { min_gap_seconds: 0 } }],
    ['no_consent', { campaign: { requires_consent: true } }, { campaign: { requires_consent: false } }],
  ])('calls whom it held back by %s once %j becomes %j', async (code, limits, lifted) => {
    await startCampaign(stage, { count: 1, retry_failed: false });
    await stage.dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'no_answer'));
    await stage.nothingLive();
    await stage.client.patch('/tenant', 'tenant' in limits ? limits.tenant : {});
    const second = await startCampaign(stage, { count: 1, ...('campaign' in limits ? limits.campaign : {}) });
    await until(
      'it is held back',
      async () => (await contactOf(stage, second.id, dramaNumber(0)))?.['block_code'] === code,
    );
    if ('tenant' in lifted) await stage.client.patch('/tenant', lifted.tenant);
    else await stage.client.patch(`/campaigns/${second.id}`, lifted.campaign);
    await stage.client.post(`/campaigns/${second.id}/start`);
    await stage.dialed(2);
    expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(0) });
  });
});
