import ts from 'typescript';
import { lineAt, walk } from './sources.mjs';

/** Columns that a line may have. */
export const MOST_COLUMNS = 120;

/** Lines that are too wide; in documents, rows of tables and lines that hold an address may be. */
export function wideLines({ path, text }) {
  const mayBeWide = (line) => path.endsWith('.md') && (/^\s*\|/.test(line) || /https?:\/\/\S{60}/.test(line));
  return text.split('\n').flatMap((line, row) => {
    const columns = [...line].length;
    return columns <= MOST_COLUMNS || mayBeWide(line) ? [] : [{ path, at: row + 1, text: `${columns} columns` }];
  });
}

/** Lists functions that have a body in braces, with their lines. */
export function functionsOf({ path, tree }) {
  const functions = [];
  walk(tree, (node) => {
    if (!ts.isFunctionLike(node) || !node.body || !ts.isBlock(node.body)) return;
    const at = lineAt(tree, node.getStart(tree));
    functions.push({
      path,
      at,
      lines: lineAt(tree, node.getEnd()) - at + 1,
      text: node.name?.getText(tree) ?? 'arrow',
    });
  });
  return functions;
}

/** The value below which a share of the sorted numbers lies. */
export const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
