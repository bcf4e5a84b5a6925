/**
 * Puts each mutation into a copy of the checkout, one at a time. Then runs the tests that must fail of it. `npm run
 * mutants` runs all; `npm run mutants -- words` runs those whose claim has the words. Ends with a table; exit code 1
 * when one was not caught.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { MUTATIONS } from './mutations.mjs';

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.outdial']);

function copyCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'outdial-mutants-'));
  cpSync('.', copy, { recursive: true, filter: (path) => !LEFT_OUT.has(path.split('/')[0]) });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** @returns the first test that failed; null: none did. */
function firstFailing(copy, tests) {
  const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', '--bail', '1', '--maxWorkers', '1', ...tests], {
    cwd: copy,
    encoding: 'utf8',
  });
  if (status === 0) return null;
  const [, failing] = /FAIL\s+(.*)/.exec(stripVTControlCharacters(stdout + stderr)) ?? [];
  if (failing === undefined) throw new Error(`vitest ended with ${status} and named no test:\n${stdout.slice(-2000)}`);
  return failing;
}

const words = process.argv.slice(2).join(' ').toLowerCase();
const chosen = MUTATIONS.filter(({ claim }) => claim.toLowerCase().includes(words));
const copy = copyCheckout();
let survived = 0;
try {
  for (const { claim, file, find, put, tests } of chosen) {
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      source.replace(find, () => put),
    );
    const failing = firstFailing(copy, tests);
    writeFileSync(path, source);
    if (failing === null) survived += 1;
    console.log(`${failing === null ? 'SURVIVED' : 'caught  '}  ${claim}\n          ${failing ?? tests.join(' ')}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`\n${chosen.length - survived} of ${chosen.length} caught.`);
process.exitCode = survived === 0 ? 0 : 1;
