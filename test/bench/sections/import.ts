import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BenchCampaign } from '../site/bench-campaign.js';
import { BenchSystem } from '../site/bench-system.js';
import type { Site } from '../site/site.js';
import { wait } from '../wait.js';
import { copyLines, csvLines } from './import-lines.js';
import type { Sample } from './sample.js';

const LOOK_EVERY_MS = 200;

interface ImportRun {
  readonly rowsPerSecond: number;
  /** Highest resident memory of the worker. */
  readonly megabytes: number;
}

/**
 * Imports a file through the API. For comparison, copies the same rows, already clean, into the same table of the same
 * database.
 */
export async function measureImport(site: Site): Promise<Sample[]> {
  const { progress, sizes, large, small } = site;
  const directory = await mkdtemp(join(tmpdir(), 'outdial-bench-file-'));
  try {
    const few = await importRows(site, small, { directory, rows: sizes.fewImportRows });
    const many = await importRows(site, large, { directory, rows: sizes.importRows });
    const copied = await copyRows(site, large, sizes.importRows);
    progress.note(
      `import: ${many.rowsPerSecond.toFixed(0)} rows/s, COPY ${copied.toFixed(0)} rows/s; worker at most ` +
        `${many.megabytes.toFixed(0)} MB`,
    );
    return [
      { line: 'import', outdial: many.rowsPerSecond, against: copied },
      { line: 'import-memory', outdial: many.megabytes, against: few.megabytes },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function importRows(
  { logFile, signal, progress }: Site,
  campaign: BenchCampaign,
  { directory, rows }: { directory: string; rows: number },
): Promise<ImportRun> {
  const file = join(directory, `${rows}.csv`);
  await pipeline(Readable.from(csvLines(rows)), createWriteStream(file));
  const system = await BenchSystem.start({ databaseUrl: campaign.database.url, redisUrl: null, logFile, signal });
  try {
    const api = await system.logIn(campaign.login);
    const worker = system.startWorker();
    const importId = await api.sendFile(await api.createCampaign(), createReadStream(file));
    for (let megabytes = 0; ;) {
      megabytes = Math.max(megabytes, await worker.residentMegabytes());
      const { status, percent, created, rows_per_second } = await api.lookAtImport(importId);
      progress.tick(`import of ${rows.toLocaleString('en')} rows: ${percent} %`);
      if (status === 'failed' || (status === 'completed' && created !== rows)) {
        throw new Error(`The import is ${status} with ${created} of ${rows} rows created.`);
      }
      if (status === 'completed') return { rowsPerSecond: rows_per_second ?? 0, megabytes };
      await wait(LOOK_EVERY_MS, signal);
    }
  } finally {
    await system.stop();
  }
}

/** @returns rows per second. */
async function copyRows({ progress }: Site, campaign: BenchCampaign, rows: number): Promise<number> {
  progress.tick('COPY of the same rows');
  const into = await campaign.database.insertEmptyCampaign(campaign.id);
  const startedAt = performance.now();
  await campaign.database.copy(
    'leads (tenant_id, campaign_id, phone_number, number_key, first_name, last_name, email, custom_fields, area_id)',
    Readable.from(copyLines(rows, into)),
  );
  return rows / ((performance.now() - startedAt) / 1000);
}
