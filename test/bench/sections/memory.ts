import { median } from '../statistics.js';
import { ONE_SECOND_CALLS } from '../sizes.js';
import type { BenchCampaign } from '../site/bench-campaign.js';
import type { Site } from '../site/site.js';
import { withRunningCampaign, type CampaignRun } from './campaign-run.js';
import { wait } from '../wait.js';
import type { Sample } from './sample.js';

/** Number of slots that keeps a thousand leads going for the whole window. */
const SLOTS = 50;

const LOOK_EVERY_MS = 250;

interface Resident {
  readonly api: number;
  readonly worker: number;
}

/** Runs the large and the small campaign at the same time and at the same pace. Looks at both in the same way. */
export async function measureMemory(site: Site): Promise<Sample[]> {
  await site.small.reseed();
  const [large, small] = await Promise.all([residentOf(site, site.large), residentOf(site, site.small)]);
  const text = ({ api, worker }: Resident) => `api ${api.toFixed(0)}, worker ${worker.toFixed(0)} MB`;
  site.progress.note(`memory: ${text(large)}; few leads: ${text(small)}`);
  return [
    { line: 'memory-api', outdial: large.api, against: small.api },
    { line: 'memory-worker', outdial: large.worker, against: small.worker },
  ];
}

function residentOf(site: Site, campaign: BenchCampaign): Promise<Resident> {
  const settings = { campaign, slots: SLOTS, redisUrl: null, environment: ONE_SECOND_CALLS };
  return withRunningCampaign(site, settings, (run) => watchMemory(site, run));
}

/** @returns megabytes: the median over the second half of the window. */
async function watchMemory({ sizes, progress, signal }: Site, run: CampaignRun): Promise<Resident> {
  const looks: Resident[] = [];
  const until = performance.now() + sizes.memorySeconds * 1000;
  while (performance.now() < until) {
    await run.api.look(run.campaign.id);
    const look = { api: await run.apiProcess.residentMegabytes(), worker: await run.worker.residentMegabytes() };
    looks.push(look);
    progress.tick(`memory: api ${look.api.toFixed(0)}, worker ${look.worker.toFixed(0)} MB`);
    await wait(LOOK_EVERY_MS, signal);
  }
  const settled = looks.slice(Math.floor(looks.length / 2));
  return { api: median(settled.map((look) => look.api)), worker: median(settled.map((look) => look.worker)) };
}
