import { mean } from '../statistics.js';
import { ONE_SECOND_CALLS, STEADY_SLOTS } from '../sizes.js';
import type { SlotsInUse } from '../site/bench-campaign.js';
import type { Site } from '../site/site.js';
import { withRunningCampaign, type CampaignRun } from './campaign-run.js';
import { wait } from '../wait.js';
import type { Sample } from './sample.js';

const LOOK_EVERY_MS = 20;

/** Measures how many of a campaign's slots are in use while leads are left to call. Each call lasts a second. */
export async function measureSlots(site: Site): Promise<Sample[]> {
  const settings = { campaign: site.large, slots: STEADY_SLOTS, redisUrl: null, environment: ONE_SECOND_CALLS };
  const looks = await withRunningCampaign(site, settings, (run) => watchSlots(site, run));
  const live = looks.map((look) => look.live);
  const lines = [
    { line: 'slots-mean', outdial: mean(live), against: STEADY_SLOTS },
    { line: 'slots-peak', outdial: Math.max(...live), against: STEADY_SLOTS },
    { line: 'slots-on-the-line', outdial: mean(looks.map((look) => look.inCall)), against: STEADY_SLOTS },
  ];
  site.progress.note(`slots: ${lines.map(({ line, outdial }) => `${line.slice(6)} ${outdial.toFixed(1)}`).join(', ')}`);
  return lines;
}

async function watchSlots({ sizes, progress, signal }: Site, { campaign, worker }: CampaignRun): Promise<SlotsInUse[]> {
  const looks: SlotsInUse[] = [];
  const until = performance.now() + sizes.slotsSeconds * 1000;
  while (performance.now() < until) {
    const look = await campaign.slotsInUse();
    looks.push(look);
    progress.tick(`slots: ${look.live} of ${STEADY_SLOTS} in use, ${look.inCall} in a call`);
    await worker.requireAlive();
    await wait(LOOK_EVERY_MS, signal);
  }
  return looks;
}
