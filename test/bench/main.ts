import { writeFile } from 'node:fs/promises';
import { processConfig } from '#config/process-environment.js';
import { runCommand } from '../../apps/local/src/start/run-command.js';
import { runCosts, type CostReport } from './costs/run-costs.js';
import { linesFor } from './lines.js';
import { machineText } from './machine.js';
import { readOptions, type BenchOptions, type Section } from './options.js';
import { Progress } from './progress.js';
import { resultOf, type Result } from './results.js';
import { measureCallbacks } from './sections/callbacks.js';
import { measureImport } from './sections/import.js';
import { measureLists } from './sections/lists.js';
import { measureMemory } from './sections/memory.js';
import { measurePipeline } from './sections/pipeline.js';
import type { Measure, Sample } from './sections/sample.js';
import { measureSlots } from './sections/slots.js';
import { measureStart } from './sections/start-latency.js';
import { withSite, type Site } from './site/site.js';
import { PIPELINE, sizesFor, STEADY_SLOTS } from './sizes.js';
import { resultTable } from './table.js';

type ComparedSection = Exclude<Section, 'costs'>;

const MEASURES: Readonly<Record<ComparedSection, Measure>> = {
  start: measureStart,
  lists: measureLists,
  import: measureImport,
  memory: measureMemory,
  pipeline: measurePipeline,
  slots: measureSlots,
  callbacks: measureCallbacks,
};

interface Report {
  readonly compared: object;
  readonly costs: CostReport | null;
}

await runCommand(async (signal) => {
  const options = readOptions(process.argv.slice(2));
  const isCompared = options.sections.some((section) => section !== 'costs');
  const compared = isCompared ? await compare(options, signal) : {};
  const run = { progress: new Progress(), signal };
  const costs = options.sections.includes('costs') ? await runCosts(run, options) : null;
  await writeJson(options, { compared, costs });
  return costs?.is_within_kept === false ? 1 : 0;
});

/** Measures what stands in the table of ratios, and prints it. */
async function compare(options: BenchOptions, signal: AbortSignal): Promise<object> {
  const { databaseUrl } = processConfig();
  return await withSite({ sizes: sizesFor(options), databaseUrl, signal }, async (site) => {
    console.log(`\n${machineText(site.machine)}\n${settingsText(site)}\n`);
    const results = summarize(options, site, await measure(options, site));
    console.log(`\n${resultTable(results)}\n`);
    const { machine, sizes } = site;
    return { machine, runs: options.runs, sizes, pipeline: PIPELINE, results };
  });
}

function settingsText({ sizes }: Site): string {
  const { slots, workerConcurrency, poolSize } = PIPELINE;
  return [
    `pipeline: ${slots} slots, 1 worker, WORKER_CONCURRENCY ${workerConcurrency} (baselines too), ` +
      `${poolSize} database connections`,
    `start and slots: ${STEADY_SLOTS} slots; the first ${sizes.warmUpSeconds} s of every campaign are left out`,
  ].join('\n');
}

async function measure({ runs, sections }: BenchOptions, site: Site): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let run = 1; run <= runs; run++) {
    site.progress.note(`Run ${run} of ${runs}`);
    for (const section of Object.keys(MEASURES) as ComparedSection[]) {
      site.signal.throwIfAborted();
      if (sections.includes(section)) samples.push(...(await MEASURES[section](site)));
    }
  }
  return samples;
}

function summarize({ sections }: BenchOptions, { sizes, redisUrl }: Site, samples: readonly Sample[]): Result[] {
  const lines = linesFor(sizes).filter((line) => sections.includes(line.section));
  return lines.map((line) => resultOf(line, samples, redisUrl !== null));
}

async function writeJson({ jsonFile }: BenchOptions, { compared, costs }: Report): Promise<void> {
  if (jsonFile === null) return;
  const report = { measured_at: new Date().toISOString(), ...compared, costs };
  await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${jsonFile}`);
}
