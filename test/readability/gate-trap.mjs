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
  for (const terms of TERMS) {
    yield tryGate(copy, terms);
    copy.restore();
  }
}

function tryGate(copy, terms) {
  const table = copy.files().find((path) => /(^|\/)gate\.ts$/.test(path) && copy.read(path).includes('GATE_NAMES'));
  const text = `\n  ${GATE}: { sentence: 'It is a holiday.', scope: '${terms.scope}', declined: '${terms.declined}' },`;
  copy.insert(table, text, { after: /^const \w+ = \{$/m, from: copy.read(table).indexOf('OPERATORS_CALLS =') + 1 });
  const name = `gate ${GATE} (${terms.scope}, ${terms.declined})`;
  const changed = [table];
  for (;;) {
    const errors = copy.compile();
    if (errors.length === 0) break;
    const asked = errors.find((error) => isMissing(error) && !changed.includes(error.path));
    if (asked === undefined) return { name, changed, compiles: false, happened: errors[0].text, isSilent: false };
    insertWhereAsked(copy, asked);
    changed.push(asked.path);
  }
  return { name, changed, compiles: true, ...shutIt(copy) };
}

const isMissing = ({ text }) => text.includes(`'${GATE}' is missing`);

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

/** @returns the first line of a failure, and what the diff of an assertion says. */
function gist(message) {
  return message.split('\n')[0].slice(0, 160);
}
