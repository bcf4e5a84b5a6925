/**
 * Measures how the checkout reads, and prints what | today | aim | ok. `--list` prints the places behind all figures,
 * `--list names` those behind one. `--strict` fails for figures that are only told without it. Exit code 1 when a
 * figure misses its aim. Run from the root: `node test/readability/run.mjs`.
 */
import { parseArgs } from 'node:util';
import { measure } from './measure.mjs';

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean', default: false }, strict: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const figures = measure('.');
const unknown = positionals.filter((key) => !figures.some((figure) => figure.key === key));
if (unknown.length > 0 || (positionals.length > 0 && !values.list)) {
  console.error(`Usage: run.mjs [--strict] [--list [figure …]], with ${figures.map(({ key }) => key).join(', ')}.`);
  process.exit(2);
}

const fails = ({ isOk, fails: when }) => !isOk && (when === 'always' || (when === 'strict' && values.strict));

if (values.list) {
  for (const { key, what, places } of figures.filter(
    ({ key: each }) => positionals.length === 0 || positionals.includes(each),
  )) {
    console.log(`\n${key}: ${what}`);
    for (const { path, at, text, details = [] } of places)
      console.log([`${path}:${at}: ${text}`, ...details].join('\n    '));
  }
  console.log();
}

const rows = [
  ['what', 'today', 'aim', 'ok'],
  ...figures.map((figure) => [
    `${figure.key}: ${figure.what}`,
    figure.today,
    figure.aim,
    figure.aim === '–' ? '' : figure.isOk ? 'yes' : fails(figure) ? 'NO' : 'not yet',
  ]),
];
const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
for (const row of rows)
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join(' | ')
      .trimEnd(),
  );
process.exitCode = figures.some(fails) ? 1 : 0;
