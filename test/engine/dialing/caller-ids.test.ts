import { describe, expect, it } from 'vitest';
import { newAdmin } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { startCampaign } from './stage.js';
import { ONE, TWO, useCallerIdStage } from './caller-id-stage.js';

describe('Caller ids, with the queue on postgres', () => {
  const stage = useCallerIdStage('postgres');
  const { carrier } = stage;

  it('are drawn in turn, shown to the provider and kept with the call', async () => {
    await stage.add(ONE);
    await stage.add(TWO);
    await startCampaign(stage, { count: 4 });
    await stage.dialed(4);
    const uses = (numbers: readonly (string | null)[]) =>
      [ONE, TWO].map((number) => numbers.filter((one) => one === number).length);
    expect(uses(stage.froms())).toEqual([2, 2]);
    const { body } = await stage.client.get<{ items: { from_number: string }[] }>('/calls');
    expect(uses(body.items.map(({ from_number }) => from_number))).toEqual([2, 2]);
    const pool = await stage.client.get<{ caller_ids: { calls_today: number }[] }>('/caller-ids');
    expect(pool.body.caller_ids.map(({ calls_today }) => calls_today)).toEqual([2, 2]);
  });

  it('stay the same for whoever is called again, and change where they may not be used any more', async () => {
    const ids = { [ONE]: await stage.add(ONE), [TWO]: await stage.add(TWO) };
    await startCampaign(stage, { count: 2, max_retries: 5 });
    await stage.dialed(2);
    const first = new Map(carrier.requests.map(({ to, from }) => [to, from]));
    expect(new Set(first.values()).size).toBe(2);
    for (const n of [0, 1]) stage.end(n);
    await stage.hurriedTo(4);
    for (const { to, from } of carrier.requests.slice(2)) expect(from).toBe(first.get(to));
    for (const n of [2, 3]) stage.end(n);
    expect(await stage.client.patch(`/caller-ids/${ids[ONE]}`, { is_active: false })).toMatchObject({ status: 200 });
    await stage.hurriedTo(6);
    expect(stage.froms().slice(4)).toEqual([TWO, TWO]);
  });

  it('change for whoever is called again when theirs is used up for the day: no lead waits for it', async () => {
    await stage.add(ONE, 1);
    await startCampaign(stage, { count: 1, max_retries: 5 });
    await stage.dialed(1);
    await stage.add(TWO);
    stage.end(0);
    await stage.hurriedTo(2);
    stage.end(1);
    await stage.hurriedTo(3);
    expect(stage.froms()).toEqual([ONE, TWO, TWO]);
  });

  it('are no matter to a campaign that names a number of its own, but for that number', async () => {
    await stage.add(ONE);
    await startCampaign(stage, { count: 2, from_number: '+44 20 7946 1009' });
    await stage.dialed(2);
    expect(stage.froms()).toEqual(['+442079461009', '+442079461009']);
    await stage.add(TWO, 1);
    await startCampaign(stage, { count: 3, from: 10, from_number: TWO });
    await stage.dialed(3);
    await until('nothing more is placed', () => stage.isQuiet());
    expect(stage.froms().filter((from) => from === TWO)).toHaveLength(1);
  });

  it('are another tenant’s business', async () => {
    await stage.add(ONE);
    const other = { ...stage, client: await newAdmin(stage.api.client) };
    await startCampaign(other, { count: 1 });
    await stage.dialed(1);
    expect(stage.froms()).toEqual([null]);
  });
});
