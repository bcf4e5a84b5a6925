/**
 * Tries two mistakes that are easily made, in a throw-away copy of the checkout. One is a gate that is added only where
 * the compiler asks. The other is a column of campaigns that is left out of a list. Each must either not compile or
 * work. Prints what was changed, whether it compiled, and what happened. Exit code 1 when a mistake is silent. Run from
 * the root: `node test/readability/traps.mjs [gate|column]`.
 */
import { tryColumns } from './column-trap.mjs';
import { Copy } from './copy.mjs';
import { tryGates } from './gate-trap.mjs';

const TRAPS = { gate: tryGates, column: tryColumns };
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(TRAPS, name));
if (unknown.length > 0) {
  console.error('Usage: traps.mjs [gate|column]');
  process.exit(2);
}

const copy = new Copy();
let silent = 0;
try {
  const [error] = copy.compile();
  if (error) throw new Error(`The checkout itself does not compile: ${error.path}:${error.at}: ${error.text}`);
  for (const [name, attempts] of Object.entries(TRAPS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const attempt of attempts(copy)) {
      if (attempt.isSilent) silent += 1;
      const verdict = attempt.isSilent ? 'SILENT' : attempt.compiles ? 'works' : 'does not compile';
      console.log(`${attempt.name}: ${verdict}`);
      console.log(`  changed: ${attempt.changed.join(', ')}`);
      console.log(`  compiled: ${attempt.compiles ? 'yes' : 'no'}`);
      console.log(`  happened: ${attempt.happened}\n`);
    }
  }
} finally {
  copy.remove();
}
console.log(silent === 0 ? 'No mistake is silent.' : `${silent} silent.`);
process.exitCode = silent === 0 ? 0 : 1;
