import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const SOURCE = /(?<!\.d)\.(ts|mts|mjs|cjs)$/;
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.outdial']);

/** @typedef {{ path: string, text: string, tree: ts.SourceFile }} Source */

/** Lists the files of a checkout, as paths below its root. */
export function listFiles(root) {
  const entries = readdirSync(root, { withFileTypes: true }).filter(({ name }) => !LEFT_OUT.has(name));
  const nested = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  const below = nested.flatMap((folder) => listFiles(folder).map((path) => join(relative(root, folder), path)));
  return [...entries.filter((entry) => entry.isFile()).map(({ name }) => name), ...below].sort((a, b) =>
    a.localeCompare(b),
  );
}

/** Parses one source. */
export function parse(path, text) {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Reads the checkout once: its sources, its documents and its SQL. */
export function readCheckout(root) {
  const files = listFiles(root);
  const read = (path) => ({ path, text: readFileSync(join(root, path), 'utf8') });
  return {
    files,
    sources: files.filter((path) => SOURCE.test(path)).map((path) => parse(path, read(path).text)),
    documents: files.filter((path) => path.endsWith('.md')).map(read),
    sql: files.filter((path) => path.endsWith('.sql')).map(read),
    imports: importRoots(files.includes('package.json') ? JSON.parse(read('package.json').text) : {}),
  };
}

/** Maps each subpath import of package.json (`#rules/`) to its folder of sources. */
function importRoots({ imports = {} }) {
  return Object.entries(imports).map(([key, to]) => ({
    prefix: key.split('*')[0],
    folder: (to['outdial-source'] ?? to).replace(/^\.\//, '').split('*')[0],
  }));
}

/** Tells whether a source runs in production: tests and what is below `test/` do not. */
export const isProduct = ({ path }) => /^(apps|libs|database)\//.test(path) && !/\.(spec|test)\.ts$/.test(path);

/** Visits a node and all nodes below it. */
export function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The line number of a position, from 1. */
export const lineAt = (tree, position) => tree.getLineAndCharacterOfPosition(position).line + 1;

/** A place that a figure counts, as the list prints it. */
export const placeOf = ({ path, tree }, node, text) => ({ path, at: lineAt(tree, node.getStart(tree)), text });
