import { runBaseline, type BaselineName } from '../baselines/child.js';
import { commitLimit } from '../baselines/commit-limit.js';
import { INSTANT_CALLS, PIPELINE } from '../sizes.js';
import type { Site } from '../site/site.js';
import { withRunningCampaign, type CampaignRun } from './campaign-run.js';
import { wait } from '../wait.js';
import type { Sample } from './sample.js';

const LOOK_EVERY_MS = 500;

/** More than are done in the window, so that the queue does not run dry in it. */
const JOBS_PER_SECOND = {
  'bare-queue': { postgres: 5_000, redis: 20_000 },
  'plain-way': { postgres: 1_000, redis: 1_500 },
};

interface Backend {
  readonly name: 'postgres' | 'redis';
  readonly redisUrl: string | null;
}

/**
 * Measures the whole engine with calls that take no time, on either backend of the queue. Measures beside it what it is
 * compared with.
 */
export async function measurePipeline(site: Site): Promise<Sample[]> {
  const backends: Backend[] = [{ name: 'postgres', redisUrl: null }];
  if (site.redisUrl) backends.push({ name: 'redis', redisUrl: site.redisUrl });
  const samples: Sample[] = [];
  for (const backend of backends) samples.push(...(await measureBackend(site, backend)));
  return samples;
}

async function measureBackend(site: Site, backend: Backend): Promise<Sample[]> {
  const { sizes, progress, large } = site;
  const limit = await commitLimit(large.database.url, sizes.baselineSeconds);
  progress.note(`pipeline: the database takes ${limit.toFixed(0)} calls/s of two commits`);
  const outdial = await settledPerSecond(site, backend);
  progress.note(`pipeline: ${outdial.toFixed(0)} calls/s settled, queue on ${backend.name}`);
  const bare = await baselineRate(site, backend, 'bare-queue');
  progress.note(`pipeline: ${bare.toFixed(0)} jobs/s by BullMQ doing nothing, on ${backend.name}`);
  const plain = await baselineRate(site, backend, 'plain-way');
  progress.note(`pipeline: ${plain.toFixed(0)} calls/s the plain way, queue on ${backend.name}`);
  return [
    { line: `limit-${backend.name}`, outdial, against: limit },
    { line: `bare-${backend.name}`, outdial, against: bare },
    { line: `plain-${backend.name}`, outdial, against: plain },
  ];
}

async function settledPerSecond(site: Site, { redisUrl }: Backend): Promise<number> {
  const environment = { ...INSTANT_CALLS, WORKER_CONCURRENCY: String(PIPELINE.workerConcurrency) };
  const settings = { campaign: site.large, slots: PIPELINE.slots, redisUrl, environment };
  const rate = await withRunningCampaign(site, settings, (run) => watchRate(site, run));
  await site.large.requireTrueCounters();
  return rate;
}

async function watchRate({ sizes, progress, signal }: Site, { campaign, worker }: CampaignRun): Promise<number> {
  const startedAt = performance.now();
  const before = (await campaign.progress()).settled;
  for (;;) {
    await wait(LOOK_EVERY_MS, signal);
    await worker.requireAlive();
    const { settled, isRunning } = await campaign.progress();
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = (settled - before) / seconds;
    progress.tick(`pipeline: ${(settled - before).toLocaleString('en')} calls, ${rate.toFixed(0)} /s`);
    if (!isRunning) throw new Error('The campaign was called to its end within the window: give it more --leads.');
    if (seconds >= sizes.pipelineSeconds) return rate;
  }
}

function baselineRate({ sizes, large }: Site, { name, redisUrl }: Backend, baseline: BaselineName): Promise<number> {
  const seconds = sizes.baselineSeconds;
  return runBaseline(baseline, {
    databaseUrl: large.database.url,
    redisUrl,
    concurrency: PIPELINE.workerConcurrency,
    jobs: Math.ceil(JOBS_PER_SECOND[baseline][name] * (seconds + 1)),
    seconds,
  });
}
