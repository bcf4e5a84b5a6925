import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DialProcessor } from '../../../apps/worker/src/dial/dial.processor.js';
import { ObedientCarrier } from '../../support/obedient-carrier.js';
import { HAS_REDIS, startRedis, type RunningRedis } from '../../support/redis-server.js';
import { testConfig } from '../../support/test-config.js';
import { startWorker } from '../../support/running-worker.js';
import { until } from '../../support/until.js';
import { campaignOf, setStage, startCampaign, type Stage } from './stage.js';

/** Far above the 1.5 s after which publishing is left to the sweeper, far below what a hanging command takes. */
const LONGEST_ANSWER_MS = 5_000;

/** Redis goes away with all it holds, and an empty one comes back. */
describe.skipIf(!HAS_REDIS)('With Redis gone', () => {
  const carrier = new ObedientCarrier();
  let stage: Stage;
  let comeback: RunningRedis | undefined;
  let campaignId: string;

  beforeAll(async () => {
    stage = await setStage('redis', carrier);
    campaignId = (await startCampaign(stage, { count: 20, max_concurrent_calls: 2 })).id;
    await until('two calls are on the line', async () => carrier.requests.length === 2);
    await stage.redis?.stop();
  });

  afterAll(async () => {
    await stage.close();
    await comeback?.stop();
  });

  it.each(['pause', 'resume', 'pause', 'start'])('%s works, and its answer keeps nobody waiting', async (command) => {
    const askedAt = performance.now();
    expect((await stage.client.post(`/campaigns/${campaignId}/${command}`)).status).toBe(200);
    expect(performance.now() - askedAt).toBeLessThan(LONGEST_ANSWER_MS);
  });

  it('takes contacts', async () => {
    const askedAt = performance.now();
    const answer = await stage.client.post(`/campaigns/${campaignId}/contacts`, { phone_number: '+442079460777' });
    expect(answer.status).toBe(201);
    expect(performance.now() - askedAt).toBeLessThan(LONGEST_ANSWER_MS);
  });

  it('says so in /readyz and stays ready', async () => {
    expect(await stage.client.get('//readyz')).toMatchObject({
      status: 200,
      body: { checks: { database: 'ok', queue: 'unavailable' } },
    });
  });

  it.each(['is away', 'comes back'])('a worker ends while Redis %s', async (state) => {
    const redis = await startRedis();
    const config = testConfig(stage.database.url, { REDIS_URL: redis.url });
    const worker = await startWorker(config, new ObedientCarrier());
    const reader = worker.get(DialProcessor).worker;
    const { backend } = reader;
    await until('it reads', async () => reader.isRunning() && (await backend.blockingClient)?.status === 'ready');
    await redis.stop();
    await until('it has missed Redis', async () => (await backend.blockingClient)?.status === 'reconnecting');
    const back = state === 'comes back' ? await startRedis(redis.port) : null;
    await worker.close();
    await back?.stop();
  });

  it('dials on once an empty Redis has come back, and nobody twice', async () => {
    for (let n = 2; n < 6; n++) await startCampaign(stage, { count: 1, from: n * 100 });
    comeback = await startRedis(stage.redis?.port);
    await until('the campaigns dial again', async () => carrier.requests.length >= 6);
    const numbers = carrier.requests.map(({ to }) => to);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect((await campaignOf(stage, campaignId)).status).toBe('running');
  });
});
