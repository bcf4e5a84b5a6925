const GATE = 'state_holiday';
const SHUT_BY = 'state holiday';
const TABLE = 'libs/rules/src/gate/gate.ts';
const PROBE = 'libs/rules/src/gate/probe.ts';
const PROBE_CONFIG = 'tsconfig.probe.json';

const SCOPES = ['area', 'lead', 'number', 'campaign'];
const FATES = ['postponed', 'released'];

/**
 * Adds a gate where the compiler asks for it and nowhere else, with every combination of scope, fate and mechanism.
 * 1. Ask the type of a gate's terms which combinations it allows: one compilation of a single file.
 * 2. Add a gate for each of these to the table, and to every place for which the compiler asks.
 * 3. Keep the gates that compile, and run the tests that shut them.
 */
export function* tryGates(copy) {
  const combinations = combinationsOf(mechanismsOf(copy.read(TABLE)));
  const refused = refusedByType(copy, combinations);
  for (const each of combinations) if (refused.has(each)) yield notCompiling(each, [TABLE], refused.get(each));
  const allowed = combinations.filter((each) => !refused.has(each));
  const { changed, wrong } = addGates(copy, allowed);
  for (const [each, text] of wrong) yield notCompiling(each, changed, text);
  copy.restore();
  const working = allowed.filter((each) => !wrong.has(each));
  const again = addGates(copy, working);
  for (const [each, text] of again.wrong) throw new Error(`${titleOf(each)} no longer compiles: ${text}`);
  for (const each of working) yield shutIt(copy, { each, changed: again.changed });
  copy.restore();
}

const mechanismsOf = (table) => [...new Set([...table.matchAll(/mechanism: '(\w+)'/g)].map(([, name]) => name))];

function combinationsOf(mechanisms) {
  const each = SCOPES.flatMap((scope) =>
    FATES.flatMap((declined) => [undefined, ...mechanisms].map((mechanism) => ({ scope, declined, mechanism }))),
  );
  return each.map((terms, n) => ({ ...terms, gate: `${GATE}_${String(n).padStart(2, '0')}` }));
}

const titleOf = ({ scope, declined, mechanism }) => `gate (${scope}, ${declined}, ${mechanism ?? 'no mechanism'})`;

function termsOf({ scope, declined, mechanism }) {
  const decided = mechanism === undefined ? '' : `, mechanism: '${mechanism}'`;
  return `{ sentence: 'It is a holiday.', scope: '${scope}', declined: '${declined}'${decided}, reopenedBy: {} }`;
}

/** Maps each combination that the type of a gate's terms refuses to what the compiler says. */
function refusedByType(copy, combinations) {
  const probes = combinations.map((each) => `export const ${each.gate}: GateTerms = ${termsOf(each)};`);
  copy.write(PROBE, [`import type { GateTerms } from './gate.js';`, ...probes].join('\n'));
  copy.write(PROBE_CONFIG, JSON.stringify({ extends: './tsconfig.json', include: [], files: [PROBE] }));
  const errors = copy.compile(PROBE_CONFIG);
  const foreign = errors.find(({ path }) => path !== PROBE);
  if (foreign) throw new Error(said(foreign));
  copy.restore();
  return new Map(errors.map((error) => [combinations[error.at - 2], said(error)]));
}

/** Adds gates until the compiler asks for none. @returns the changed files, and what is wrong with a gate. */
function addGates(copy, gates) {
  const entries = gates.map((each) => `\n  ${each.gate}: ${termsOf(each)},`).join('');
  copy.insert(TABLE, entries, { after: /(?=\n {2}number_kind: \{)/ });
  const changed = new Set([TABLE]);
  for (;;) {
    const errors = copy.compile();
    const missing = errors.filter((error) => missingIn(error).length > 0);
    if (missing.length === 0) return { changed: [...changed], wrong: wrongGates(copy, { gates, errors }) };
    // From the bottom up, so that what is inserted moves no other place.
    for (const error of missing.toSorted((a, b) => b.at - a.at)) insertWhereAsked(copy, error);
    for (const { path } of missing) changed.add(path);
  }
}

/** Names of the new gates that an error says an object lacks. */
function missingIn({ text }) {
  const [, one] = /Property '(state_holiday_\d+)' is missing/.exec(text) ?? [];
  if (one) return [one];
  if (!text.includes('is missing the following properties')) return [];
  return text.slice(text.lastIndexOf(': ')).match(/state_holiday_\d+/g) ?? [];
}

const said = ({ path, at, text }) => `${path}:${at}: ${text.slice(0, 160)}`;

/** Puts new gates into the object that lacks them. */
function insertWhereAsked(copy, error) {
  const lines = copy.read(error.path).split('\n');
  const from = lines.slice(0, error.at - 1).join('\n').length + error.column;
  const entries = missingIn(error).map(ENTRIES[error.path] ?? inSql);
  copy.insert(error.path, entries.join(''), { after: /\{(?=\n)/, from });
}

const shutBy = (gate) => `${SHUT_BY} ${gate}`;
const inSql = (gate) => `
  ${gate}: \`CASE WHEN k.description = '${shutBy(gate)}' THEN \${NOW} + interval '1 hour' END\`,`;
const inTest = (gate) => `
  ${gate}: ({ database }) => database.query(\`UPDATE campaigns SET description = '${shutBy(gate)}'\`),`;

const inTestMode = (gate) => `
      ${gate}: { campaign: { description: '${shutBy(gate)}' } },`;
const ENTRIES = { 'test/engine/gates.test.ts': inTest, 'test/engine/test-mode.test.ts': inTestMode };

/** Maps each gate whose entry does not fit its place to the error. An error on another line counts for all gates. */
function wrongGates(copy, { gates, errors }) {
  const wrong = new Map();
  for (const error of errors) {
    const line = copy.read(error.path).split('\n')[error.at - 1];
    const named = gates.filter(({ gate }) => line.includes(gate));
    for (const each of named.length > 0 ? named : gates) wrong.set(each, said(error));
  }
  return wrong;
}

function notCompiling(each, changed, happened) {
  return { name: titleOf(each), changed, compiles: false, happened, isSilent: false };
}

function shutIt(copy, { each, changed }) {
  const { passed, failed } = copy.test('test/engine/gates.test.ts', '-t', each.gate);
  const happened =
    failed.length === 0
      ? `shut: ${passed} tests say that the lead waits and at most one job is made`
      : failed.map(({ title, message }) => `${title}: ${gist(message)}`).join('; ');
  return { name: titleOf(each), changed, compiles: true, happened, isSilent: failed.length > 0 };
}

const gist = (message) => message.split('\n')[0].slice(0, 160);
