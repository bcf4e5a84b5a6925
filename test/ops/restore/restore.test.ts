import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RESTORE_KINDS, RestoreSite, type RestoreKind } from './restore-site.js';

let site: RestoreSite;
let campaignId: string;

beforeEach(async () => {
  site = await RestoreSite.open();
  campaignId = await site.addCampaign();
});

afterEach(() => site.close());

describe.each(Object.values<RestoreKind>(RESTORE_KINDS))('A database of $name', (kind) => {
  it('is halted by a worker that was alive all the time, before anything is claimed or placed', async () => {
    const worker = await site.startWorker();
    await site.restoreAfter(kind, () => site.dialOn());
    const [placed, jobs] = [site.carrier.requests.length, await site.jobs()];
    await site.tryToDial(worker, campaignId);
    expect(await site.standing()).toMatchObject({
      reason: 'database_restored',
      campaign: 'paused kill_switch',
      engaged: 1,
    });
    expect([site.carrier.requests.length, await site.jobs()]).toEqual([placed, jobs]);
  });

  it('is halted by a worker that was started after it, from what the data directory remembers', async () => {
    await site.startWorker();
    await site.dialed(3);
    const putBack = await kind.back(site.postgres);
    await site.dialOn();
    await site.stopWorker();
    await putBack();
    const [placed, jobs] = [site.carrier.requests.length, await site.jobs()];
    await site.tryToDial(await site.startWorker(), campaignId);
    expect(await site.standing()).toMatchObject({
      reason: 'database_restored',
      campaign: 'paused kill_switch',
      engaged: 1,
    });
    expect([site.carrier.requests.length, await site.jobs()]).toEqual([placed, jobs]);
  });
});
