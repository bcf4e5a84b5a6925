import { until } from '../../support/until.js';
import type { AppProcess } from '../site/app-process.js';
import type { BenchApi } from '../site/bench-api.js';
import type { BenchCampaign } from '../site/bench-campaign.js';
import { BenchSystem } from '../site/bench-system.js';
import type { Site } from '../site/site.js';
import { wait } from '../wait.js';

export interface RunSettings {
  readonly campaign: BenchCampaign;
  readonly slots: number;
  readonly redisUrl: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

export interface CampaignRun {
  readonly campaign: BenchCampaign;
  readonly api: BenchApi;
  readonly apiProcess: AppProcess;
  readonly worker: AppProcess;
}

/**
 * Runs a campaign with an API and a worker of its own. Calls `watch` once the campaign is warm, and lets the last calls
 * end.
 */
export async function withRunningCampaign<T>(
  { sizes, logFile, signal }: Site,
  { campaign, slots, redisUrl, environment }: RunSettings,
  watch: (run: CampaignRun) => Promise<T>,
): Promise<T> {
  const system = await BenchSystem.start({
    databaseUrl: campaign.database.url,
    redisUrl,
    logFile,
    signal,
    environment,
  });
  try {
    const api = await system.logIn(campaign.login);
    await campaign.redraft(slots);
    const { settled: before } = await campaign.progress();
    const worker = system.startWorker();
    await api.start(campaign.id);
    await until('the first call has ended', async () => (await campaign.progress()).settled > before);
    await wait(sizes.warmUpSeconds * 1000, signal);
    const seen = await watch({ campaign, api, apiProcess: system.api, worker });
    await api.pause(campaign.id);
    await campaign.drained();
    return seen;
  } finally {
    await system.stop();
  }
}
