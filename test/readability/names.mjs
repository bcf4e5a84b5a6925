import ts from 'typescript';
import { ALLOWED } from './allowed-names.mjs';
import { lineAt, walk } from './sources.mjs';

/**
 * Words that meant several things, with the inflections that count. Left out are `refused` (an outcome of a call),
 * `holder` (of a lease) and `took` (a duration). Words like `baseline`, `deadline` and `threshold` are others.
 */
const OVERLOADED = new Map(
  Object.entries({
    line: 'line lines',
    hold: 'hold holds held holding',
    lane: 'lane lanes',
    take: 'take takes taken taking',
    refusal: 'refusal refusals',
    bell: 'bell bells',
    desk: 'desk desks',
    room: 'room rooms',
    wall: 'wall walls',
  }).flatMap(([word, forms]) => forms.split(' ').map((form) => [form, word])),
);

/** Splits a name in camelCase, snake_case or kebab-case into its words, in small letters. */
export function wordsOf(name) {
  return (name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+/gu) ?? []).map((word) => word.toLowerCase());
}

/** The overloaded words that a name has. */
export function overloadedIn(name) {
  return [...new Set(wordsOf(name).flatMap((word) => OVERLOADED.get(word) ?? []))];
}

const NAMED = new Set([
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.TypeParameter,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.EnumMember,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.PropertySignature,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.MethodSignature,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
  ts.SyntaxKind.NamespaceImport,
  ts.SyntaxKind.ImportClause,
]);

/** Lists the names that a source declares. Imported names and keys of object literals are uses, not declarations. */
export function declaredNames({ path, tree }) {
  const names = [];
  walk(tree, (node) => {
    const isRenamed = (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) && node.propertyName !== undefined;
    if (!isRenamed && !NAMED.has(node.kind)) return;
    if (ts.isObjectLiteralExpression(node.parent)) return;
    const name = node.name;
    if (name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)))
      names.push({ path, at: lineAt(tree, name.getStart(tree)), name: name.text });
  });
  return names;
}

/** Lists files and folders by name, each once. */
export function pathNames(paths) {
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, n, all) => all.slice(0, n + 1).join('/')),
    ),
  );
  return [...folders, ...paths].map((path) => ({ path, at: 1, name: path.split('/').at(-1) }));
}

/** Lists the tables of a schema and their columns. */
export function schemaNames({ path, text }) {
  const names = [];
  let isInTable = false;
  for (const [row, line] of text.split('\n').entries()) {
    const [, table] = /^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(?:\w+\.)?(\w+)/.exec(line) ?? [];
    const [, column] = /^ {2}([a-z_]\w*) +[a-z]/.exec(line) ?? [];
    if (table) isInTable = true;
    else if (line.startsWith(')')) isInTable = false;
    const name = table ?? (isInTable ? column : undefined);
    if (name) names.push({ path, at: row + 1, name });
  }
  return names;
}

/** @returns the declarations with a word that no entry allows, and the entries of the list that allow none. */
export function overloadedNames(names, allowed = ALLOWED) {
  const used = new Set();
  const places = names.flatMap(({ path, at, name }) => {
    const words = overloadedIn(name).filter((word) => {
      const entry = allowed.find((each) => allows(each, { path, name, word }));
      used.add(entry);
      return entry === undefined;
    });
    return words.length === 0 ? [] : [{ path, at, name, text: `${name} (${words.join(', ')})` }];
  });
  return { places, unused: allowed.filter((entry) => !used.has(entry)) };
}

function allows(entry, { path, name, word }) {
  return (entry.word ?? word) === word && (entry.name ?? /./).test(name) && (entry.path ?? /./).test(path);
}
