import { seedLeads } from '../site/leads.js';
import { wait } from '../wait.js';
import { measureCost, type CostSample } from './cost-sample.js';
import type { CostSystem } from './cost-site.js';

const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 240_000;

export interface CallPlan {
  readonly leads: number;
  readonly slots: number;
  /** Campaigns of one tenant call different people: a number that was just called is not called again. */
  readonly firstNumber: number;
}

/** Makes a campaign, lets it call each of its leads once, and measures what a settled call costs. */
export async function measureCalls(system: CostSystem, plan: CallPlan): Promise<CostSample> {
  const { api, database, measured } = system;
  const campaignId = await api.createCampaign();
  await database.query('UPDATE campaigns SET max_concurrent_calls = $2 WHERE id = $1', [campaignId, plan.slots]);
  await seedLeads(database, campaignId, plan);
  const sample = await measureCost(measured, async () => {
    await api.start(campaignId);
    return await settledCalls(system, campaignId, plan.leads);
  });
  await api.pause(campaignId);
  return sample;
}

/** Waits until as many calls have settled as there are leads; returns how many have. */
async function settledCalls({ database, worker, signal }: CostSystem, campaignId: string, leads: number) {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    await wait(LOOK_EVERY_MS, signal);
    await worker.requireAlive();
    const [row] = await database.query<{ settled: number; live: number }>(SETTLED, [campaignId]);
    const { settled, live } = row!;
    if (settled >= leads && live === 0) return settled;
    if (performance.now() > giveUpAt) throw new Error(`Of ${leads} calls only ${settled} have settled.`);
  }
}

const SETTLED = `
  SELECT count(*) FILTER (WHERE finished_at IS NOT NULL)::int AS settled,
    count(*) FILTER (WHERE finished_at IS NULL)::int AS live
  FROM dialer_jobs WHERE campaign_id = $1`;
