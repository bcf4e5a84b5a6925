import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { DialingMark } from '#dialer/place/dialing-mark.js';
import { RESTORE_KINDS, RestoreSite } from './restore-site.js';

let site: RestoreSite;
let campaignId: string;

beforeEach(async () => {
  site = await RestoreSite.open();
  campaignId = await site.addCampaign();
});

afterEach(() => site.close());

/** Restores that each sign alone betrays: with it taken away, the same restore goes unnoticed. */
const ALONE = [
  { sign: 'identity', kind: RESTORE_KINDS.anotherServer, meanwhile: 'optOut' },
  { sign: 'position', kind: RESTORE_KINDS.directory, meanwhile: 'optOut' },
  { sign: 'oid', kind: RESTORE_KINDS.template, meanwhile: 'optOut' },
  { sign: 'counter', kind: RESTORE_KINDS.rows, meanwhile: 'dialOn' },
] as const;

describe.each(ALONE)('The sign $sign', ({ sign, kind, meanwhile }) => {
  /**
   * Restores a backup that was taken once the last call was marked. The counter moves only if a person is called again.
   */
  async function restored(signsOff: string): Promise<string[] | null> {
    const worker = await site.startWorker({ OUTDIAL_RESTORE_SIGNS_OFF: signsOff });
    await site.dialed(3);
    await worker.get(DialingMark).beforeApplicationShutdown();
    const before = await site.counter();
    const putBack = await kind.back(site.postgres);
    await site[meanwhile]();
    if (meanwhile === 'dialOn') await site.isMarked(before);
    await worker.get(DatabasePoll).look();
    await putBack();
    await site.tryToDial(worker, campaignId);
    return (await site.standing()).signs;
  }

  it('is the one that betrays such a restore', async () => {
    expect(await restored('')).toEqual([sign]);
  });

  it('is missed where it is taken away', async () => {
    expect(await restored(sign)).toBeNull();
  });
});
