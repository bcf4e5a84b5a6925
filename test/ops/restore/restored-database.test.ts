import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { RestoredDatabase } from '#dialer/restore/restored-database.js';
import { RESTORE_KINDS, RestoreSite } from './restore-site.js';

const MEMORY_FILE = 'remembered-database.json';

let site: RestoreSite;
let campaignId: string;

beforeEach(async () => {
  site = await RestoreSite.open();
  campaignId = await site.addCampaign();
});

afterEach(() => site.close());

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
    await site.restoreAfter(RESTORE_KINDS.pointInTime, () => site.dialOn());
    await site.postgres.query(`CREATE TABLE filler AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 20000)`);
    await site.tryToDial(worker, campaignId);
    expect((await site.standing()).signs).toEqual(['position']);
  });
});

describe('A restored database', () => {
  it('is halted once, however many workers find it at the same time', async () => {
    const workers = [await site.startWorker(), await site.startWorker()];
    await site.restoreAfter(RESTORE_KINDS.template, () => site.dialOn());
    await Promise.all(workers.map((worker) => site.tryToDial(worker, campaignId)));
    expect(await site.standing()).toMatchObject({ reason: 'database_restored', engaged: 1 });
    await workers[0]!.close();
  });

  it('goes on once an operator has released it, and is found again when the same backup returns', async () => {
    const worker = await site.startWorker();
    await site.dialed(3);
    const dump = await site.postgres.dump();
    await site.dialOn();
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
    await site.restoreAfter(RESTORE_KINDS.template, () => site.dialOn());
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
    await site.dialOn();
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
