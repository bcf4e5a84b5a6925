import { Readable } from 'node:stream';
import { csvLines } from '../sections/import-lines.js';
import { wait } from '../wait.js';
import { measureCost, type CostSample } from './cost-sample.js';
import type { CostSystem } from './cost-site.js';

const LOOK_EVERY_MS = 100;
const WARM_UP_ROWS = 1_000;
const ROWS = 10_000;

/** Measures what a thousand rows of a file cost, imported into an empty campaign. */
export async function measureImportRows(system: CostSystem): Promise<CostSample> {
  await importRows(system, await system.api.createCampaign(), WARM_UP_ROWS);
  const campaignId = await system.api.createCampaign();
  return measureCost(system.measured, async () => {
    await importRows(system, campaignId, ROWS);
    return ROWS / 1000;
  });
}

/** Looks at the database itself: requests to the api would count as statements of the import. */
async function importRows(system: CostSystem, campaignId: string, rows: number): Promise<void> {
  const { api, database, worker, signal } = system;
  const importId = await api.sendFile(campaignId, Readable.from(csvLines(rows)));
  for (;;) {
    await worker.requireAlive();
    const [look] = await database.query<{ status: string; created: number }>(
      'SELECT status, created FROM imports WHERE id = $1',
      [importId],
    );
    const { status, created } = look!;
    if (status === 'completed' && created === rows) return;
    if (status === 'completed' || status === 'failed') {
      throw new Error(`The import is ${status} with ${created} of ${rows} rows created.`);
    }
    await wait(LOOK_EVERY_MS, signal);
  }
}
