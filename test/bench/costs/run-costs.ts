import { checkCosts, complaintsOf, keepCosts } from './cost-check.js';
import type { Run } from './cost-site.js';
import { checkTable, costTable, restText, tablesTable } from './cost-tables.js';
import { checkedFigures, type Figures } from './figures.js';
import { measuredCommit, readKeptCosts, writeKeptCosts } from './kept-costs.js';
import { measureCosts, type Costs } from './measure-costs.js';
import type { BenchOptions } from '../options.js';

export interface CostReport {
  readonly costs: Costs;
  readonly measured_on: string;
  readonly is_within_kept: boolean;
}

/** Measures and prints the costs, then compares them with the kept ones or, if asked to, keeps them. */
export async function runCosts(run: Run, options: BenchOptions): Promise<CostReport> {
  const costs = await measureCosts(run, options);
  console.log(`\n${costTable(costs)}\n\n${tablesTable(costs.operations.call)}\n\n${restText(costs.rest)}\n`);
  const figures = checkedFigures(costs);
  const is_within_kept = options.keepsCosts ? await keep(figures, options) : await check(figures);
  return { costs, measured_on: measuredCommit(), is_within_kept };
}

async function keep(figures: Figures, { allowance }: BenchOptions): Promise<true> {
  const kept = keepCosts(await readKeptCosts(), figures, { measuredOn: measuredCommit(), allowance });
  console.log(`Kept in ${await writeKeptCosts(kept)}`);
  return true;
}

async function check(figures: Figures): Promise<boolean> {
  const kept = await readKeptCosts();
  const checked = checkCosts(kept?.figures ?? {}, figures);
  console.log(`Cost check against ${kept?.measured_on ?? 'nothing'}:\n\n${checkTable(checked)}\n`);
  const complaints = complaintsOf(checked);
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0;
}
