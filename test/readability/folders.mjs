import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { walk } from './sources.mjs';

/** Lists the files of the checkout that a source imports, types among them. */
export function importsOf({ path, tree }, { roots, paths }) {
  const found = [];
  walk(tree, (node) => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const specifier = isImport ? node.moduleSpecifier : isCall ? node.arguments[0] : undefined;
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(resolved(path, specifier.text, roots));
  });
  return [...new Set(found.filter((file) => file !== null && paths.has(file)))];
}

function resolved(path, specifier, roots) {
  const root = roots.find(({ prefix }) => specifier.startsWith(prefix));
  const from = root ? root.folder + specifier.slice(root.prefix.length) : null;
  const file = from ?? (specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : null);
  return file?.replace(/\.js$/, '.ts').replace(/\.mjs$/, file.startsWith('test/') ? '.mjs' : '.mts') ?? null;
}

/**
 * Edges between sibling folders. An import counts for the two folders below the deepest one that has both files. A
 * folder and its own parts are therefore never a circle.
 *
 * @param imports `from` and `to` of each.
 */
export function folderEdges(imports) {
  const edges = new Map();
  for (const { from, to } of imports) {
    const [a, b] = [dirname(from).split('/'), dirname(to).split('/')];
    const n = a.findIndex((name, index) => name !== b[index]);
    if (n < 0 || b.length <= n) continue;
    const [source, target] = [a.slice(0, n + 1).join('/'), b.slice(0, n + 1).join('/')];
    const key = `${source} ${target}`;
    if (!edges.has(key)) edges.set(key, { source, target, imports: [] });
    edges.get(key).imports.push(`${from} → ${to}`);
  }
  return [...edges.values()];
}

/** Finds the shortest circle through each edge, each circle once. */
export function circles(edges) {
  const found = new Map();
  for (const edge of edges) {
    const way = shortest(edges, edge.target, edge.source);
    if (way === null) continue;
    const circle = [edge, ...way];
    const key = circle
      .map(({ source }) => source)
      .sort((a, b) => a.localeCompare(b))
      .join(' ');
    if (!found.has(key)) found.set(key, circle);
  }
  return [...found.values()];
}

function shortest(edges, from, to) {
  const ways = [{ at: from, way: [] }];
  const seen = new Set([from]);
  for (const { at, way } of ways) {
    for (const edge of edges.filter(({ source }) => source === at)) {
      if (edge.target === to) return [...way, edge];
      if (seen.has(edge.target)) continue;
      seen.add(edge.target);
      ways.push({ at: edge.target, way: [...way, edge] });
    }
  }
  return null;
}
