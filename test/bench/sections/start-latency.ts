import { median } from '../statistics.js';
import { STEADY_SLOTS } from '../sizes.js';
import type { BenchApi } from '../site/bench-api.js';
import type { BenchCampaign } from '../site/bench-campaign.js';
import { BenchSystem } from '../site/bench-system.js';
import type { Site } from '../site/site.js';
import type { Sample } from './sample.js';

/** Starts the large and the small campaign in turn, each through an API of its own and without a worker. */
export async function measureStart(site: Site): Promise<Sample[]> {
  const systems = await Promise.all([openApi(site, site.large), openApi(site, site.small)]);
  const times: [number[], number[]] = [[], []];
  try {
    for (let n = 0; n < site.sizes.starts; n++) {
      site.progress.tick(`start: ${n} of ${site.sizes.starts}`);
      site.signal.throwIfAborted();
      times[0].push(await timeStart(systems[0].api, site.large));
      times[1].push(await timeStart(systems[1].api, site.small));
    }
  } finally {
    await Promise.all(systems.map(({ system }) => system.stop()));
  }
  const [outdial, against] = [median(times[0]), median(times[1])];
  site.progress.note(`start: ${outdial.toFixed(1)} ms, few leads ${against.toFixed(1)} ms`);
  return [{ line: 'start', outdial, against }];
}

async function openApi({ logFile, signal }: Site, { database, login }: BenchCampaign) {
  const system = await BenchSystem.start({ databaseUrl: database.url, redisUrl: null, logFile, signal });
  return { system, api: await system.logIn(login) };
}

/** @returns milliseconds until the start is answered: the slots are claimed and their jobs published by then. */
async function timeStart(api: BenchApi, campaign: BenchCampaign): Promise<number> {
  await campaign.redraft(STEADY_SLOTS);
  const startedAt = performance.now();
  await api.start(campaign.id);
  const elapsedMs = performance.now() - startedAt;
  await api.pause(campaign.id);
  return elapsedMs;
}
