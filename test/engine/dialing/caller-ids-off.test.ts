import { beforeEach, describe, expect, it } from 'vitest';
import { createCampaign, dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { campaignOf, startCampaign } from './stage.js';
import { ONE, TWO, useCallerIdStage } from './caller-id-stage.js';

/** Pools whose numbers are switched off: the next day does not bring them back. */
describe('Caller ids that are switched off, with the queue on postgres', () => {
  const stage = useCallerIdStage('postgres');
  const { carrier } = stage;
  let ids: string[];
  beforeEach(async () => {
    ids = [await stage.add(ONE), await stage.add(TWO)];
  });

  const turn = async (is_active: boolean, ...which: string[]) => {
    for (const id of which)
      expect(await stage.client.patch(`/caller-ids/${id}`, { is_active })).toMatchObject({ status: 200 });
  };
  const sleeps = (id: string) =>
    until('it sleeps without an end', async () => {
      const [row] = await stage.database.query<{ sleeps: boolean }>(
        `SELECT coalesce(wake_at = 'infinity', false) AS sleeps FROM campaigns WHERE id = $1`,
        [id],
      );
      return row!.sleeps;
    });

  it('hold a running campaign up, which says so, until one is switched on', async () => {
    const { id } = await startCampaign(stage, { count: 3, max_concurrent_calls: 1, retry_failed: false });
    await stage.dialed(1);
    await turn(false, ...ids);
    stage.end(0);
    await sleeps(id);
    expect(carrier.requests).toHaveLength(1);
    expect(await campaignOf(stage, id)).toMatchObject({ status: 'running' });
    const { body } = await stage.client.get<{ blocked_by: { code: string }[] }>(`/campaigns/${id}/diagnostics`);
    expect(body).toMatchObject({ activity: 'blocked', next_eligible_at: null });
    expect(body.blocked_by).toEqual([expect.objectContaining({ code: 'caller_ids_off', until: null })]);
    await turn(true, ids[1]!);
    await stage.dialed(2);
    expect(carrier.requests[1]).toMatchObject({ from: TWO });
  });

  it('are told of before it runs, and for each contact', async () => {
    const { id } = await startCampaign(stage, { count: 3, max_concurrent_calls: 1, retry_failed: false });
    await stage.dialed(1);
    await turn(false, ...ids);
    stage.end(0);
    await sleeps(id);
    expect((await stage.client.post(`/campaigns/${id}/preflight`)).body).toMatchObject({
      line_obstacle: { code: 'caller_ids_off', field: 'from_number' },
      contacts: { now: 0, never: 2 },
      reasons: [{ code: 'caller_ids_off', contacts: 2, until: null }],
    });
    const waiting = await stage.database.query<{ id: string }>(`SELECT id FROM leads WHERE status = 'pending'`);
    const path = `/campaigns/${id}/contacts/${waiting[0]!.id}/eligibility`;
    expect((await stage.client.get(path)).body).toMatchObject({
      is_eligible: false,
      code: 'caller_ids_off',
      next_eligible_at: null,
    });
  });

  it('keep a campaign from being started, and one that has paused from going on', async () => {
    const { id } = await createCampaign(stage.client, {});
    await stage.client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(0) });
    await turn(false, ...ids);
    const isOff = { status: 409, body: { code: 'caller_ids_off', field: 'from_number' } };
    expect(await stage.client.post(`/campaigns/${id}/start`)).toMatchObject(isOff);
    await turn(true, ids[0]!);
    expect((await stage.client.post(`/campaigns/${id}/start`)).status).toBe(200);
    await stage.client.post(`/campaigns/${id}/pause`);
    await turn(false, ids[0]!);
    expect(await stage.client.post(`/campaigns/${id}/resume`)).toMatchObject(isOff);
  });

  it('are of no account while another is on, and one that is named counts alone', async () => {
    await turn(false, ids[0]!);
    await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
    await stage.dialed(2);
    expect(carrier.requests.map(({ from }) => from)).toEqual([TWO, TWO]);
    const { id } = await createCampaign(stage.client, { from_number: ONE });
    const start = () => stage.client.post(`/campaigns/${id}/start`);
    expect(await start()).toMatchObject({ status: 409, body: { code: 'caller_ids_off' } });
  });
});
