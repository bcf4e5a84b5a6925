import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { failToStart, startLocalSystem, type LocalSystem } from '../support/local-system.js';
import { childrenOf, processesIn } from '../support/processes.js';
import { freePort } from '../support/free-port.js';
import { createCampaign, dramaNumber, newAdmin } from '../support/running-api.js';
import { until } from '../support/until.js';

const LEADS = 60;
const SLOTS = 5;
/**
 * Longest time for which the fate of a call may stay unknown when its worker was killed during the request. The sweeper
 * looks such a call up after 20 s, and again 5 s later.
 */
const LONGEST_DOUBT_MS = 30_000;
const LIVE_CALLS = ['initiated', 'ringing', 'in_progress'];

interface Stats {
  readonly call_status_counts: Record<string, number>;
}

/** The built programs, as `npm start` runs them: one campaign through every way in which they may die. */
describe('The system on one machine', () => {
  const environment = { SIMULATOR_RING_SECONDS: '0.3', SIMULATOR_TALK_SECONDS: '0.6', RATE_LIMIT_PER_CALLER: '0' };
  let dataDir: string;
  let port: number;
  let system: LocalSystem;
  let client: ApiClient;
  let campaignId: string;
  let mostLive = 0;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'outdial test '));
    port = await freePort();
    system = await startLocalSystem({ dataDir, port, environment });
    client = await newAdmin(system.client);
    const campaign = await createCampaign(client, { max_concurrent_calls: SLOTS, retry_failed: false });
    campaignId = campaign.id;
    const contacts = Array.from({ length: LEADS }, (_, n) => ({ phone_number: dramaNumber(n) }));
    await client.post(`/campaigns/${campaignId}/contacts/bulk`, { contacts });
    await client.post(`/campaigns/${campaignId}/start`);
  });

  afterAll(async () => {
    await system.end('SIGINT');
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Calls that have ended; on the way, how many were live at once. */
  const ended = async () => {
    const { body } = await client.get<Stats>(`/campaigns/${campaignId}/stats`);
    const counts = Object.entries(body.call_status_counts);
    const sum = (isCounted: (status: string) => boolean) =>
      counts.reduce((total, [status, n]) => total + (isCounted(status) ? n : 0), 0);
    mostLive = Math.max(
      mostLive,
      sum((status) => LIVE_CALLS.includes(status)),
    );
    return sum((status) => !LIVE_CALLS.includes(status));
  };
  const untilEnded = (count: number, patienceMs?: number) =>
    until(`${count} calls have ended`, async () => (await ended()) >= count, patienceMs);

  it('dials while it is watched', () => untilEnded(5));

  it('refuses to start twice on one data directory, and says where the other one is', async () => {
    const second = await failToStart({ dataDir, port: await freePort() });
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining(`http://127.0.0.1:${port}`) });
  });

  it('says that its port is taken, and leaves nothing behind', async () => {
    const other = await mkdtemp(join(tmpdir(), 'outdial-other-'));
    const second = await failToStart({ dataDir: other, port });
    expect(second).toMatchObject({
      code: 1,
      output: expect.stringMatching(new RegExp(`Port ${port} is in use: set PORT`)),
    });
    expect(await processesIn(other)).toEqual([]);
    await rm(other, { recursive: true, force: true });
  });

  it('says that a database cannot be reached, without its password', async () => {
    const other = await mkdtemp(join(tmpdir(), 'outdial-other-'));
    const nowhere = `127.0.0.1:${await freePort()}`;
    const DATABASE_URL = `postgres://outdial:hunter2@${nowhere}/outdial`;
    const second = await failToStart({ dataDir: other, port: await freePort(), environment: { DATABASE_URL } });
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining(nowhere) });
    expect(second.output).not.toContain('hunter2');
    await rm(other, { recursive: true, force: true });
  });

  it('says which setting is wrong', async () => {
    const second = await failToStart({ dataDir, port, environment: { LOG_LEVEL: 'loud' } });
    expect(second).toMatchObject({ code: 1, output: expect.stringMatching(/^LOG_LEVEL must be one of .*\n$/) });
  });

  it('goes on after a kill -9 of the worker', async () => {
    const before = await ended();
    const worker = (await childrenOf(system.pid)).find(({ command }) => command.includes('outdial-worker'));
    process.kill(worker!.pid, 'SIGKILL');
    await untilEnded(Math.min(LEADS, before + 10));
  });

  it('goes on after a kill -9 of everything', async () => {
    const victims = [...(await processesIn(dataDir)), ...(await childrenOf(system.pid)), { pid: system.pid }];
    for (const { pid } of victims) killHard(pid);
    await system.end('SIGKILL');
    system = await startLocalSystem({ dataDir, port, environment });
    await untilEnded(LEADS, LONGEST_DOUBT_MS + 60_000);
  }, 180_000);

  it('has called everybody once, through all of this, and never more than there are slots', async () => {
    const { body } = await client.get<{ total: number; items: { lead_id: string }[] }>('/calls?page_size=100');
    expect(body.total).toBe(LEADS);
    expect(new Set(body.items.map(({ lead_id }) => lead_id)).size).toBe(LEADS);
    expect(mostLive).toBeGreaterThan(0);
    expect(mostLive).toBeLessThanOrEqual(SLOTS);
  });

  it('ends at Ctrl-C and leaves nothing behind', async () => {
    const children = await childrenOf(system.pid);
    expect(await system.end('SIGINT')).toBe(0);
    expect(await processesIn(dataDir)).toEqual([]);
    for (const { pid } of children) expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with one that was killed before it.
  }
}
