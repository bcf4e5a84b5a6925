import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../apps/local/src/start/run-command.js';
import { StartError } from '../../apps/local/src/processes/start-error.js';
import { hitTable } from './failpoints/failpoint-schedule.js';
import { acceptedButLost } from './judge/lead-checks.js';
import { readOptions, type ChaosOptions } from './options.js';
import { discardPlant, startPlant, WORKER_PROGRAM, type Plant } from './plant/plant.js';
import { Progress } from './report/progress.js';
import { reportText, verdictsText, type RunResult } from './report/report.js';
import type { Verdict } from './judge/verdict.js';
import { RestoreDrill } from './restore/restore-drill.js';
import { ChaosRun } from './run.js';

const CARRIERS = { simulator: 'the simulated carrier', twilio: 'a fake of Twilio' } as const;

await runCommand(async (signal) => {
  const options = readOptions(process.argv.slice(2));
  await requireWorker(options);
  const progress = new Progress();
  progress.note(
    `Starting PostgreSQL, ${CARRIERS[options.provider]}, API and ${options.workers} workers (seed "${options.seed}") …`,
  );
  const plant = await startPlant(options, signal);
  let result: RunResult | null = null;
  let restores: readonly Verdict[] = [];
  try {
    progress.note(`Logs are in ${plant.directory}`);
    if (!options.isRestoreOnly) result = await new ChaosRun(plant, options, { progress, signal }).perform();
    restores = await drillRestores(plant, options, { progress, signal });
  } finally {
    await plant.stop();
  }
  if (result) console.log(`\n${reportText(result, options.faults)}\n`);
  if (restores.length > 0) console.log(`\n${verdictsText(restores)}\n`);
  if (result) await writeJson(options, result, restores);
  const verdicts = [...(result?.verdicts ?? []), ...restores];
  if (verdicts.some(({ findings }) => findings.length > 0)) {
    throw new StartError(`Not all is zero. The logs of this run are kept in ${plant.directory}`);
  }
  await discardPlant(plant);
});

/** @throws StartError if the other version is not built: its worker would end at each start, and no call be made. */
async function requireWorker({ workerFrom }: ChaosOptions): Promise<void> {
  if (workerFrom === null) return;
  const program = join(workerFrom, WORKER_PROGRAM);
  await access(program).catch(() => {
    throw new StartError(`--worker-from: ${program} does not exist. Run "npm run build" in ${workerFrom} first.`);
  });
}

/**
 * Drills restores after a short run on PostgreSQL, or where nothing else is wanted. Needs a carrier that can be asked
 * for its calls.
 */
async function drillRestores(
  plant: Plant,
  options: ChaosOptions,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<readonly Verdict[]> {
  const isPartOfShort = options.isShort && options.backend === 'postgres' && options.workerFrom === null;
  if (options.provider !== 'simulator' || !(isPartOfShort || options.isRestoreOnly)) return [];
  plant.disarm();
  return new RestoreDrill(plant, { note: (text) => progress.note(text), signal }).perform();
}

async function writeJson(options: ChaosOptions, result: RunResult, restores: readonly Verdict[]): Promise<void> {
  if (options.jsonFile === null) return;
  const { evidence, recoveries, hits, deaths } = result;
  const verdicts = [...result.verdicts, ...restores];
  const { leads, calls, carrier, faults, acknowledgedCommands, changes, requests } = evidence;
  const report = {
    ended_at: new Date().toISOString(),
    options,
    counts: {
      leads: leads.length,
      attempts: calls.length,
      create_requests: carrier.creates.length,
      faults: faults.length,
      commands_acknowledged: acknowledgedCommands.length,
      changes_asked_for: changes.length,
      api_requests: requests.length,
    },
    verdicts,
    recoveries,
    failpoints: hitTable(hits),
    taken_but_lost: acceptedButLost(evidence),
    deaths,
    faults,
    changes,
  };
  await writeFile(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${options.jsonFile}`);
}
