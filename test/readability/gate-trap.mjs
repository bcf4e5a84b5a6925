const GATE = 'state_holiday';
const SHUT_BY = 'state holiday';

/** Terms that someone may give a new gate; the first are those of a holiday. */
const TERMS = [
  { scope: 'lead', declined: 'postponed' },
  { scope: 'area', declined: 'released' },
  { scope: 'number', declined: 'postponed' },
  { scope: 'campaign', declined: 'postponed' },
];

const IN_SQL = `
  ${GATE}: \`CASE WHEN k.description = '${SHUT_BY}' THEN \${NOW} + interval '1 hour' END\`,`;
const IN_TEST = `
  ${GATE}: ({ database }) => database.query(\`UPDATE campaigns SET description = '${SHUT_BY}'\`),`;

/** Adds a gate where the compiler asks for it and nowhere else, with each terms, and shuts it. */
export function* tryGates(copy) {
  const asked = [];
  for (const terms of TERMS) {
    yield tryGate(copy, { terms, asked });
    copy.restore();
  }
}

/** @param asked places for which the compiler asked with earlier terms; grows. */
function tryGate(copy, { terms, asked }) {
  const table = addToTable(copy, terms);
  for (const error of asked) insertWhereAsked(copy, error);
  const name = `gate ${GATE} (${terms.scope}, ${terms.declined})`;
  const changed = () => [table, ...asked.map(({ path }) => path)];
  for (let errors = copy.compile(); errors.length > 0; errors = copy.compile()) {
    const more = errors.filter((error) => isMissing(error) && !changed().includes(error.path));
    if (more.length === 0) return { name, changed: changed(), compiles: false, happened: said(errors[0]) };
    for (const error of more) insertWhereAsked(copy, error);
    asked.push(...more);
  }
  return { name, changed: changed(), compiles: true, ...shutIt(copy) };
}

const isMissing = ({ text }) => text.includes(`'${GATE}' is missing`);
const said = ({ path, at, text }) => `${path}:${at}: ${text.slice(0, 160)}`;

/** Puts the gate in front of the first entry of the table of gates. */
function addToTable(copy, { scope, declined }) {
  const table = copy.files().find((path) => /(^|\/)gate\.ts$/.test(path) && copy.read(path).includes('GATE_NAMES'));
  const text = `\n  ${GATE}: { sentence: 'It is a holiday.', scope: '${scope}', declined: '${declined}' },`;
  copy.insert(table, text, { after: /(?=\n {2}number_kind: \{)/ });
  return table;
}

/** Puts the new gate into the object that lacks it. */
function insertWhereAsked(copy, { path, at, column }) {
  const lines = copy.read(path).split('\n');
  const from = lines.slice(0, at - 1).join('\n').length + column;
  copy.insert(path, path.startsWith('test/') ? IN_TEST : IN_SQL, { after: /\{(?=\n)/, from });
}

function shutIt(copy) {
  const { passed, failed } = copy.test('test/gates.test.ts', '-t', GATE);
  const happened =
    failed.length === 0
      ? `shut: ${passed} tests say that the lead waits and at most one job is made`
      : failed.map(({ title, message }) => `${title}: ${gist(message)}`).join('; ');
  return { happened, isSilent: failed.length > 0 };
}

const gist = (message) => message.split('\n')[0].slice(0, 160);
