import ts from 'typescript';
import { lineAt, walk } from './sources.mjs';

const DIRECTIVE = /^\s*(eslint|oxlint|prettier-ignore|@ts-|#!|v8 ignore)/;

/** Lists the comments of a source: line comments that follow each other are one comment. */
export function commentsOf({ path, text, tree }) {
  const comments = [...new Map(ranges(tree).map((range) => [range.pos, range])).values()];
  const lines = comments.map(({ pos, end }) => ({ raw: text.slice(pos, end), at: lineAt(tree, pos), path }));
  return joined([...lines, ...sqlComments({ path, tree })].sort((a, b) => a.at - b.at)).filter(
    ({ raw, text: words }) => !DIRECTIVE.test(words) && !raw.startsWith('#!'),
  );
}

/** Lists the comments of a file of SQL. */
export function commentsOfSql({ path, text }) {
  return joined(sqlCommentsIn(text, { path, first: 1 }));
}

/** Comments stand before and after tokens, never inside of one. */
function ranges(tree) {
  const found = [];
  const look = (node) => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(tree);
    if (children.length > 0) return children.forEach(look);
    found.push(...(ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? []));
    found.push(...(ts.getTrailingCommentRanges(tree.text, node.getEnd()) ?? []));
  };
  look(tree);
  return found;
}

function sqlComments({ path, tree }) {
  const found = [];
  walk(tree, (node) => {
    if (!ts.isTemplateLiteralToken(node)) return;
    found.push(...sqlCommentsIn(node.getText(tree), { path, first: lineAt(tree, node.getStart(tree)) }));
  });
  return found;
}

function sqlCommentsIn(text, { path, first }) {
  return text.split('\n').flatMap((line, n) => {
    const [, words] = /^(?:[^']|'[^']*')*?(?:^|\s)--\s+(\S.*)$/.exec(line) ?? [];
    return words === undefined ? [] : [{ path, raw: `-- ${words}`, at: first + n }];
  });
}

/** Joins line comments on lines that follow each other, and strips the marks of all comments. */
function joined(comments) {
  const whole = [];
  for (const { path, raw, at } of comments) {
    const mark = /^(\/\/|--|\/\*\*?)/.exec(raw)?.[0] ?? '';
    const last = whole.at(-1);
    const rows = raw.split('\n').length;
    if (last && !mark.startsWith('/*') && last.mark === mark && at === last.until + 1) {
      last.text += `\n${stripped(raw)}`;
      last.until = at;
    } else whole.push({ path, raw, mark, at, until: at + rows - 1, text: stripped(raw) });
  }
  return whole;
}

function stripped(raw) {
  const body = raw.replace(/^(\/\*\*?|\/\/+|--)/, '').replace(/\*\/$/, '');
  return body
    .split('\n')
    .map((line) => line.replace(/^\s*\*(\s|$)/, '').trimEnd())
    .join('\n')
    .trim();
}

/** First words that refer to nothing a reader can point at. */
const EMPTY = /^(of|then|that|those|whose|who|whoever|it|the same)\b/i;

/** Other first words that are neither a verb in the third person nor the beginning of a noun phrase. */
const WEAK = new RegExp(
  `^(${[
    'what whatever where wherever when whenever whether which whichever why how as with without for in into to from by',
    'on onto over under upon until till while since so not nor or and but if else unless because though although after',
    'before beside besides among between through throughout against nobody somebody anybody everybody something',
    'nothing everything anything one says none neither both either only even also too again once here there thus hence',
    'otherwise instead meanwhile such they he she we you are was were had can may might must should would will do',
  ]
    .join(' ')
    .split(' ')
    .join('|')})\\b(?!-)`,
  'i',
);

const isDoc = ({ mark, text }) => mark === '/**' && text !== '' && !text.startsWith('@');
const beginning = ({ path, at, text }) => ({ path, at, text: text.split('\n')[0].slice(0, 80) });

/** Doc comments, and those of them that begin with an empty or a weak word. */
export function docComments(comments) {
  const docs = comments.filter(isDoc);
  const empty = docs.filter(({ text }) => EMPTY.test(text));
  const weak = docs.filter(({ text }) => !EMPTY.test(text) && WEAK.test(text));
  return { count: docs.length, empty: empty.map(beginning), weak: weak.map(beginning) };
}
