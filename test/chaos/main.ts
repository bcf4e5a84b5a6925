import { writeFile } from 'node:fs/promises';
import { runCommand } from '../../apps/local/src/run-command.js';
import { StartError } from '../../apps/local/src/start-error.js';
import { hitTable } from './failpoints/failpoint-schedule.js';
import { takenButLost } from './judge/lead-checks.js';
import { readOptions, type ChaosOptions } from './options.js';
import { discardPlant, startPlant } from './plant/plant.js';
import { Progress } from './report/progress.js';
import { reportText, type RunResult } from './report/report.js';
import { ChaosRun } from './run.js';

const CARRIERS = { simulator: 'the simulated carrier', twilio: 'a fake of Twilio' } as const;

await runCommand(async (signal) => {
  const options = readOptions(process.argv.slice(2));
  const progress = new Progress();
  progress.note(
    `Starting PostgreSQL, ${CARRIERS[options.provider]}, API and ${options.workers} workers (seed "${options.seed}") …`,
  );
  const plant = await startPlant(options, signal);
  let result: RunResult;
  try {
    progress.note(`Logs are in ${plant.directory}`);
    result = await new ChaosRun(plant, options, { progress, signal }).perform();
  } finally {
    await plant.stop();
  }
  console.log(`\n${reportText(result, options.faults)}\n`);
  await writeJson(options, result);
  if (result.verdicts.some(({ findings }) => findings.length > 0)) {
    throw new StartError(`Not all is zero. The logs of this run are kept in ${plant.directory}`);
  }
  await discardPlant(plant);
});

async function writeJson(options: ChaosOptions, result: RunResult): Promise<void> {
  if (options.jsonFile === null) return;
  const { evidence, verdicts, recoveries, hits, deaths } = result;
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
    taken_but_lost: takenButLost(evidence),
    deaths,
    faults,
    changes,
  };
  await writeFile(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${options.jsonFile}`);
}
