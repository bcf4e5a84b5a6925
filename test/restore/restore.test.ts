import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { DialingMark } from '#dialer/place/dialing-mark.js';
import { RestoredDatabase } from '#dialer/restore/restored-database.js';
import { RESTORE_KINDS, RestoreSite, type RestoreKind } from './restore-site.js';

const MEMORY_FILE = 'remembered-database.json';

let site: RestoreSite;
let campaignId: string;

beforeEach(async () => {
  site = await RestoreSite.open();
  campaignId = await site.addCampaign();
});

afterEach(() => site.close());

/** Dials three people, takes a backup, and lets what `meanwhile` does happen before the backup is put back. */
async function restoreAfter(kind: RestoreKind, meanwhile: () => Promise<void>): Promise<void> {
  await site.dialed(3);
  const putBack = await kind.back(site.postgres);
  await meanwhile();
  await putBack();
}

async function dialOn(): Promise<void> {
  await site.endCalls();
  await site.dialed(6);
}

/** A person asks not to be called, and nothing is dialed: what a backup of before must not undo. */
async function optOut(): Promise<void> {
  await site.postgres.query(
    `INSERT INTO dnc_entries (tenant_id, phone_number, source) VALUES ('t', '+442079460030', 'opt_out')`,
  );
}

describe.each(Object.values<RestoreKind>(RESTORE_KINDS))('A database of $name', (kind) => {
  it('is halted by a worker that was alive all the time, before anything is claimed or placed', async () => {
    const worker = await site.startWorker();
    await restoreAfter(kind, dialOn);
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
    await dialOn();
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

/** What each sign alone betrays: with it taken away, the same restore goes unnoticed. */
const ALONE = [
  { sign: 'identity', kind: RESTORE_KINDS.anotherServer, meanwhile: optOut },
  { sign: 'position', kind: RESTORE_KINDS.directory, meanwhile: optOut },
  { sign: 'oid', kind: RESTORE_KINDS.template, meanwhile: optOut },
  { sign: 'counter', kind: RESTORE_KINDS.rows, meanwhile: dialOn },
] as const;

describe.each(ALONE)('The sign $sign', ({ sign, kind, meanwhile }) => {
  /** The backup is taken once the last call is marked, so that the counter moves only if somebody is called again. */
  async function restored(signsOff: string): Promise<string[] | null> {
    const worker = await site.startWorker({ OUTDIAL_RESTORE_SIGNS_OFF: signsOff });
    await site.dialed(3);
    await worker.get(DialingMark).beforeApplicationShutdown();
    const putBack = await kind.back(site.postgres);
    await meanwhile();
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

describe('A failover', () => {
  it('passes where the new timeline begins at the position that was reached', async () => {
    const worker = await site.startWorker();
    await site.dialed(3);
    await worker.get(DatabasePoll).look();
    await site.postgres.promote();
    await site.endCalls();
    await site.tryToDial(worker, campaignId);
    expect(await site.standing()).toMatchObject({ signs: null, reason: null, engaged: 0 });
    await site.dialed(6);
    const [timeline] = await site.postgres.query<{ timeline: number }>(`SELECT timeline FROM server_standing()`);
    expect(timeline!.timeline).toBeGreaterThan(1);
  });

  it('is a restore where the new timeline begins before it, however far its own log has come', async () => {
    const worker = await site.startWorker({ OUTDIAL_RESTORE_SIGNS_OFF: 'counter' });
    await restoreAfter(RESTORE_KINDS.pointInTime, dialOn);
    await site.postgres.query(`CREATE TABLE filler AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 20000)`);
    await site.tryToDial(worker, campaignId);
    expect((await site.standing()).signs).toEqual(['position']);
  });
});

describe('A restored database', () => {
  it('is halted once, however many workers find it at the same time', async () => {
    const workers = [await site.startWorker(), await site.startWorker()];
    await restoreAfter(RESTORE_KINDS.template, dialOn);
    await Promise.all(workers.map((worker) => site.tryToDial(worker, campaignId)));
    expect(await site.standing()).toMatchObject({ reason: 'database_restored', engaged: 1 });
    await workers[0]!.close();
  });

  it('goes on once an operator has released it, and is found again when the same backup is put back again', async () => {
    const worker = await site.startWorker();
    await site.dialed(3);
    const dump = await site.postgres.dump();
    await dialOn();
    await site.postgres.load(dump);
    await site.tryToDial(worker, campaignId);
    expect(await worker.get(RestoredDatabase).release({ resumeCampaigns: true })).toEqual({
      resumed_campaigns: 1,
      is_halted: false,
    });
    const placed = site.carrier.requests.length;
    await site.endCalls();
    await site.dialed(placed + 3);
    expect(await site.standing()).toMatchObject({ signs: null, reason: null, campaign: 'running ' });
    await site.postgres.load(dump);
    await site.tryToDial(worker, campaignId);
    expect((await site.standing()).signs).toEqual(['acceptance']);
  });

  it('is not held against a process that learns of the release from the database alone', async () => {
    const [first, second] = [await site.startWorker(), await site.startWorker({ OUTDIAL_DATA_DIR: '/nowhere' })];
    await restoreAfter(RESTORE_KINDS.template, dialOn);
    await site.tryToDial(first, campaignId);
    await first.get(RestoredDatabase).release({ resumeCampaigns: false });
    await second.get(DatabasePoll).look();
    expect((await site.standing()).signs).toBeNull();
    await first.close();
  });

  it('keeps a kill switch that an operator had engaged before', async () => {
    const worker = await site.startWorker();
    await site.dialed(3);
    await site.postgres.query(
      `UPDATE installation SET dialing_halted_at = now(), dialing_halted_reason = 'complaints'`,
    );
    const dump = await site.postgres.dump();
    await site.postgres.query(`UPDATE dialing_counter SET n = n + 1`);
    await worker.get(DatabasePoll).look();
    await site.postgres.load(dump);
    await site.tryToDial(worker, campaignId);
    expect(await site.standing()).toMatchObject({ signs: ['counter'], reason: 'complaints' });
    expect(await worker.get(RestoredDatabase).release({ resumeCampaigns: true })).toMatchObject({ is_halted: true });
    expect((await site.standing()).reason).toBe('complaints');
  });

  it('is not noticed where no process and no file has survived, as the documentation says', async () => {
    await site.startWorker();
    await site.dialed(3);
    const dump = await site.postgres.dump();
    await dialOn();
    await site.stopWorker();
    await rm(join(site.dataDir, MEMORY_FILE));
    await site.postgres.load(dump);
    await site.tryToDial(await site.startWorker(), campaignId);
    expect((await site.standing()).signs).toBeNull();
  });
});

describe('The file of what is remembered', () => {
  it("has the counter of the last call's second, and is its owner's alone", async () => {
    await site.startWorker();
    await site.dialed(3);
    await site.stopWorker();
    const text = await readFile(join(site.dataDir, MEMORY_FILE), 'utf8');
    const [remembered] = Object.values(JSON.parse(text) as Record<string, { counter: string }>);
    const [counter] = await site.postgres.query<{ n: string }>(`SELECT n FROM dialing_counter`);
    expect(remembered!.counter).toBe(counter!.n);
    expect(Number(counter!.n)).toBeGreaterThan(1);
    expect((await stat(join(site.dataDir, MEMORY_FILE))).mode & 0o777).toBe(0o600);
  });
});
