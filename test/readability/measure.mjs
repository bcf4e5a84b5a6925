import { commentsOf, commentsOfSql, docComments } from './comments.mjs';
import { circles, folderEdges, importsOf } from './folders.mjs';
import { logCalls, stringifiedErrors } from './logs.mjs';
import { declaredNames, overloadedNames, pathNames, schemaNames } from './names.mjs';
import { MOST_WORDS, sentencesOfComments, sentencesOfDocument } from './sentences.mjs';
import { functionsOf, quantile, wideLines } from './shape.mjs';
import { isProduct, readCheckout } from './sources.mjs';
import { handWrites, managedWrites, uniqueKeys } from './writes.mjs';

const NAMED_PATH = /^(apps|libs|database|test)\/.*\.(ts|mts|mjs|cjs|sql)$/;
const SCHEMA = 'database/schema.sql';
const ALLOWED_NAMES = 'test/readability/allowed-names.mjs';
const ARCHITECTURE = 'docs/architecture.md';

/** Measures a checkout; described in measure.d.mts. */
export function measure(root) {
  const checkout = readCheckout(root);
  const comments = [...checkout.sources.flatMap(commentsOf), ...checkout.sql.flatMap(commentsOfSql)];
  return [
    ...openings(comments),
    ...names(checkout),
    ...sentences(comments, checkout),
    ...columns(checkout),
    ...writes(checkout),
    ...folders(checkout),
    ...logs(checkout),
    ...sizes(checkout),
  ];
}

/** A figure that counts places: at most `aim` may be left. */
const counted = (key, what, places, { aim = 0, fails = 'always', of = '' } = {}) => ({
  key,
  what,
  places,
  today: `${places.length}${of}`,
  aim: aim === null ? '–' : String(aim),
  isOk: aim === null || places.length <= aim,
  fails,
});

/** A figure that is told and never fails. */
const told = (key, what, today, places = []) => ({ key, what, places, today, aim: '–', isOk: true, fails: 'never' });

function openings(comments) {
  const { count, empty, weak } = docComments(comments);
  const of = ` of ${count}`;
  return [
    counted('empty-openings', 'doc comments that begin with Of, Then, That, Whose, Who, It, …', empty, { of }),
    counted('weak-openings', 'doc comments that begin with What, Where, As, In, …', weak, { of, fails: 'strict' }),
  ];
}

function names({ files, sources, sql }) {
  const paths = files.filter((path) => NAMED_PATH.test(path));
  const schema = sql.filter(({ path }) => path === SCHEMA).flatMap(schemaNames);
  const all = [...sources.flatMap(declaredNames), ...pathNames(paths), ...schema];
  const { places, unused } = overloadedNames(all);
  const different = new Set(places.map(({ name }) => name)).size;
  const idle = unused.map(({ reason }) => ({ path: ALLOWED_NAMES, at: 1, text: reason }));
  return [
    counted('names', 'names with line, hold, lane, take, refusal, bell, desk, room, wall', places, {
      of: ` (${different} different)`,
    }),
    counted('allowed-names', 'entries of the list of allowed names that allow nothing', idle),
  ];
}

function sentences(comments, { documents }) {
  const architecture = documents.filter(({ path }) => path === ARCHITECTURE).flatMap(sentencesOfDocument);
  return [
    share('sentences', `sentences of comments over ${MOST_WORDS} words`, sentencesOfComments(comments)),
    share('architecture', `sentences of ${ARCHITECTURE} over ${MOST_WORDS} words`, architecture),
  ];
}

function share(key, what, all) {
  const places = all.filter(({ count }) => count > MOST_WORDS);
  const percent = all.length === 0 ? 0 : (100 * places.length) / all.length;
  const texts = places.map((place) => ({ ...place, text: `${place.count} words: ${place.text.slice(0, 70)}` }));
  const today = `${percent.toFixed(1)} % (${places.length} of ${all.length})`;
  return { key, what, places: texts, today, aim: '2 %', isOk: percent <= 2, fails: 'always' };
}

function columns({ sources, sql, documents }) {
  const docs = documents.filter(({ path }) => path.startsWith('docs/') || !path.includes('/'));
  return [
    counted('columns', 'lines over 120 columns in sources', sources.flatMap(wideLines)),
    counted('sql-columns', 'lines over 120 columns in files of SQL', sql.flatMap(wideLines)),
    counted('doc-columns', 'lines over 120 columns in documents, tables aside', docs.flatMap(wideLines)),
  ];
}

function writes({ sources, sql }) {
  const keys = uniqueKeys(sql.find(({ path }) => path === SCHEMA)?.text ?? '');
  const product = sources.filter((source) => isProduct(source) && !source.path.startsWith('database/'));
  const byHand = product.flatMap((source) => handWrites(source, keys));
  const managed = product.flatMap(managedWrites);
  const all = byHand.length + managed.length;
  const percent = all === 0 ? 100 : (100 * managed.length) / all;
  return [
    told('managed-writes', 'single-row writes through TypeORM', `${managed.length} (${percent.toFixed(0)} %)`, managed),
    told('hand-writes', 'single-row writes by hand', String(byHand.length), byHand),
  ];
}

function folders({ sources, imports: roots }) {
  const product = sources.filter((source) => isProduct(source) && /^(apps|libs)\//.test(source.path));
  const imports = importsAmong(product, { roots, sources });
  const found = circles(folderEdges(imports)).map((circle) => ({
    path: circle[0].source,
    at: 1,
    text: [...circle.map(({ source }) => source), circle[0].source].join(' → '),
    details: circle.map((edge) => `${edge.imports.length} × ${edge.imports[0]}`),
  }));
  return [counted('circles', 'circles of folders', found)];
}

function importsAmong(importing, { roots, sources }) {
  const paths = new Set(sources.map(({ path }) => path));
  return importing.flatMap((source) => importsOf(source, { roots, paths }).map((to) => ({ from: source.path, to })));
}

function logs({ sources }) {
  const product = sources.filter(isProduct);
  const all = product.flatMap(logCalls);
  const texts = all.filter(({ isText }) => isText);
  return [
    counted('string-errors', 'String(error) in sources that run in production', product.flatMap(stringifiedErrors), {
      fails: 'never',
    }),
    counted('text-logs', 'log calls with text put together from values', texts, {
      of: ` of ${all.length}`,
      fails: 'never',
    }),
  ];
}

function sizes({ sources, imports: roots }) {
  const product = sources.filter((source) => isProduct(source) && !source.path.startsWith('database/'));
  const importers = new Map();
  for (const { to } of importsAmong(product, { roots, sources })) importers.set(to, (importers.get(to) ?? 0) + 1);
  const small = product.map(({ path, text }) => ({ path, at: 1, lines: text.trimEnd().split('\n').length }));
  const places = small
    .filter(({ path, lines }) => lines < 25 && importers.get(path) === 1)
    .map((place) => ({ ...place, text: `${place.lines} lines` }));
  const functions = product.flatMap(functionsOf).sort((a, b) => a.lines - b.lines);
  const lines = functions.map((each) => each.lines);
  const longest = functions.slice(-20).toReversed();
  const figures = [quantile(lines, 0.5), quantile(lines, 0.9), lines.at(-1) ?? 0].join(' / ');
  return [
    told('small-files', 'files under 25 lines with one importer', String(places.length), places),
    told(
      'functions',
      'functions: median / 90 % / longest, in lines',
      figures,
      longest.map((each) => ({ ...each, text: `${each.lines} lines: ${each.text}` })),
    ),
  ];
}
