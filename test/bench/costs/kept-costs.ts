import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { KeptCosts } from './cost-check.js';

/** Path from the root of the repository, where every command of the launcher runs. */
const FILE = 'test/bench/kept-costs.json';

/** Null when no costs have been kept yet. */
export async function readKeptCosts(): Promise<KeptCosts | null> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as KeptCosts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Returns the name of the file that was written. */
export async function writeKeptCosts(kept: KeptCosts): Promise<string> {
  await writeFile(FILE, `${JSON.stringify(kept, null, 2)}\n`);
  return FILE;
}

/** Abbreviated hash of the commit that is checked out, with `-dirty` when files differ from it. */
export function measuredCommit(): string {
  try {
    const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
    return execFileSync('git', describe, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
