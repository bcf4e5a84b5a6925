import ts from 'typescript';
import { parse, walk } from './sources.mjs';

const COLUMN = 'caller_note';
const PROBE = 'test/api/column-trap.test.ts';

/** Columns by which a list of a campaign's columns is known; it names at least so many of them. */
const KNOWN = new Set(
  (
    'name description system_prompt voice_id first_message max_concurrent_calls retry_failed max_retries ' +
    'ring_timeout_seconds max_call_seconds retry_policy min_gap_seconds start_at end_at blackout_dates ' +
    'requires_consent from_number language record_calls voicemail_action'
  ).split(' '),
);
const LEAST_KNOWN = 10;

/**
 * Adds a column to the entity, the schema and the bodies of the API. Leaves it out of each list in turn, and sends and
 * reads it.
 */
export function* tryColumns(copy) {
  addToDatabase(copy);
  const lists = listsOf(copy);
  copy.restore();
  for (const left of [null, ...lists]) {
    addToDatabase(copy);
    const others = lists.filter((list) => list !== left);
    for (const list of others.toReversed()) addToList(copy, list);
    yield { ...sendAndRead(copy), ...described(left, others) };
    copy.restore();
  }
}

function described(left, others) {
  const place = (list) => `${list.path} (${list.title})`;
  const name = left === null ? `column ${COLUMN} in every list` : `column ${COLUMN} left out of ${place(left)}`;
  return { name, changed: ['the entity', 'a migration', ...others.map(place)] };
}

/** The entity and the database: where a column begins. */
function addToDatabase(copy) {
  const entity = copy.files().find((path) => path.endsWith('/campaign.entity.ts'));
  const property = `\n  @Column('varchar', { length: 100, nullable: true })\n  ${COLUMN}: string | null;\n`;
  copy.insert(entity, property, { after: /export class Campaign \{/ });
  const migration = copy.files().findLast((path) => /^database\/migrations\/\d+-[^/]*\.ts$/.test(path));
  const statement = `\n    await runner.query('ALTER TABLE campaigns ADD COLUMN ${COLUMN} varchar(100)');`;
  copy.insert(migration, statement, { after: /async up\(\w+: QueryRunner\): Promise<void> \{/ });
}

/** Lists of a campaign's columns, entity aside: arrays, texts, objects and classes, whatever they are called. */
function listsOf(copy) {
  const paths = copy.files().filter((path) => /^(apps|libs)\/.*(?<!\.spec|\.entity)\.ts$/.test(path));
  return paths.flatMap((path) => {
    const { tree } = parse(path, copy.read(path));
    const found = [];
    walk(tree, (node) => {
      const list = asList(node, tree);
      if (list !== null) found.push({ ...list, path, title: titleOf(node) });
    });
    return found;
  });
}

/** @returns where a new entry goes, and its text; null: the node is no list of columns. */
function asList(node, tree) {
  const at = (child) => child.getStart(tree);
  if (ts.isArrayLiteralExpression(node) && isKnown(node.elements.map((element) => element.text)))
    return { position: at(node.elements[0]), text: `'${COLUMN}', ` };
  if (ts.isNoSubstitutionTemplateLiteral(node) && isKnown(node.text.split(',').map((word) => word.trim())))
    return { position: at(node) + 1, text: `${COLUMN}, ` };
  if (ts.isObjectLiteralExpression(node) && isKnown(node.properties.map(nameOf)))
    return { position: at(node.properties[0]), text: entryLike(node, tree) };
  if (ts.isClassDeclaration(node) && isKnown(node.members.map(nameOf)))
    return { position: at(node.members[0]), text: propertyLike(node, tree) };
  return null;
}

const nameOf = ({ name }) => name?.text;
const isKnown = (names) => names.filter((name) => KNOWN.has(name)).length >= LEAST_KNOWN;

/** An entry of an object, written as that of `description` is. */
function entryLike(node, tree) {
  const model = node.properties.find((property) => nameOf(property) === 'description') ?? node.properties[0];
  return `${model.getText(tree).replace(nameOf(model), COLUMN)},\n  `;
}

/** A property of a class of the API, written as `description` is. */
function propertyLike(node, tree) {
  const model = node.members.find((member) => nameOf(member) === 'description');
  return `${model.getText(tree).replace(/\bdescription(?=\??: string)/, COLUMN)}\n\n  `;
}

function titleOf(node) {
  for (let each = node; each; each = each.parent) if (each.name && ts.isIdentifier(each.name)) return each.name.text;
  return 'a list';
}

function addToList(copy, { path, position, text }) {
  const source = copy.read(path);
  copy.write(path, source.slice(0, position) + text + source.slice(position));
}

function sendAndRead(copy) {
  const errors = copy.compile();
  if (errors.length > 0) {
    const [{ path, at, text }] = errors;
    return { compiles: false, happened: `${path}:${at}: ${text.slice(0, 160)}`, isSilent: false };
  }
  copy.write(PROBE, PROBE_TEXT);
  const { failed } = copy.test(PROBE);
  const happened = failed.map(({ title, message }) => `${title}: ${message.split('\n')[0].slice(0, 160)}`).join('; ');
  return {
    compiles: true,
    happened: happened || 'it is stored and read back, or the API rejects it',
    isSilent: failed.length > 0,
  };
}

/** Sends the column in both bodies and reads it back. An API that rejects it is no trap. */
const PROBE_TEXT = `
import { expect, it } from 'vitest';
import { CAMPAIGN, newAdmin, startApiWithDatabase } from '../support/running-api.js';

type Answer = { campaign: Record<string, unknown> };

it('stores and shows the column, or rejects it', async () => {
  const api = await startApiWithDatabase();
  try {
    const client = await newAdmin(api.client);
    const made = await client.post<Answer>('/campaigns', { ...CAMPAIGN, ${COLUMN}: 'one' });
    if (made.status >= 400 && made.status < 500) return;
    expect(made.body.campaign).toMatchObject({ ${COLUMN}: 'one' });
    const path = '/campaigns/' + made.body.campaign.id;
    expect((await client.get<Answer>(path)).body.campaign).toMatchObject({ ${COLUMN}: 'one' });
    const edited = await client.patch<Answer>(path, { ${COLUMN}: 'two' });
    expect(edited.body.campaign).toMatchObject({ ${COLUMN}: 'two' });
    expect((await client.get<Answer>(path)).body.campaign).toMatchObject({ ${COLUMN}: 'two' });
  } finally {
    await api.close();
  }
});
`;
