import { measureCost, type CostSample } from './cost-sample.js';
import type { CostSystem } from './cost-site.js';

const WARM_UP_READS = 50;
const READS = 300;

export type ReadName = 'get_campaign' | 'list_calls' | 'get_call';

/** Measures single reads of the API, one after another, with no worker beside it. */
export async function measureReads(system: CostSystem): Promise<Record<ReadName, CostSample>> {
  await system.worker.stop();
  const [call] = await system.database.query<{ id: string; campaign_id: string }>(
    'SELECT id, campaign_id FROM calls ORDER BY created_at DESC LIMIT 1',
  );
  await system.database.query('VACUUM (ANALYZE)');
  return {
    get_campaign: await measureRead(system, `/campaigns/${call!.campaign_id}`),
    list_calls: await measureRead(system, '/calls?page_size=20'),
    get_call: await measureRead(system, `/calls/${call!.id}`),
  };
}

async function measureRead(system: CostSystem, path: string): Promise<CostSample> {
  const { api, signal } = system;
  for (let n = 0; n < WARM_UP_READS; n++) await api.page(path);
  return measureCost({ ...system.measured, workerPid: null }, async () => {
    for (let n = 0; n < READS; n++) {
      signal.throwIfAborted();
      await api.page(path);
    }
    return READS;
  });
}
