/** Words that a sentence may have. */
export const MOST_WORDS = 20;

const ABBREVIATION = /\b(e\.g|i\.e|etc|vs|cf|approx|resp|Mr|Ms|Dr|St|Inc|Ltd)\.$/;

/**
 * Splits prose into sentences. A piece of code, a link and an address count as one word each. A blank line, an item of
 * a list and a tag begin a new sentence.
 */
export function sentencesOf(text) {
  return blocksOf(text).flatMap(({ row, words }) => split(words).map((sentence) => ({ row, ...sentence })));
}

function blocksOf(text) {
  const blocks = [];
  let open = null;
  let isFenced = false;
  for (const [row, line] of text.split('\n').entries()) {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    const isBreak = isFence || isFenced || line.trim() === '';
    const isStart = /^\s*([-*+•]\s|\d+[.)]\s|@\w+|#+\s)/.test(line);
    if (isBreak || isStart) open = null;
    if (isBreak) continue;
    const words = line.trim().replace(/^([-*+•]|\d+[.)]|#+|@(returns?|throws)|@param\s+(\{[^}]*\}\s+)?\S+)\s+/, '');
    if (open === null) blocks.push((open = { row, words }));
    else open.words += ` ${words}`;
    if (/^#+\s/.test(line)) open = null;
  }
  return blocks;
}

function split(prose) {
  const plain = prose
    .replace(/`[^`]*`/g, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\{@\w+\s+[^}]*\}/g, 'link')
    .replace(/https?:\/\/\S+[^\s.,;)]/g, 'address');
  const sentences = [];
  let words = [];
  for (const token of plain.split(/\s+/)) {
    if (/[\p{L}\p{N}]/u.test(token)) words.push(token);
    const isEnd = /[.!?]["'”’)\]_*]*$/.test(token) && !ABBREVIATION.test(token.replace(/["'”’)\]_*]+$/, ''));
    if (isEnd && words.length > 0) {
      sentences.push({ count: words.length, text: words.join(' ') });
      words = [];
    }
  }
  if (words.length > 0) sentences.push({ count: words.length, text: words.join(' ') });
  return sentences;
}

/** Sentences of comments. */
export function sentencesOfComments(comments) {
  return comments.flatMap(({ path, at, text }) =>
    sentencesOf(text).map(({ row, count, text: words }) => ({ path, at: at + row, count, text: words })),
  );
}

/** Sentences of a document; each cell of a table is a text of its own. */
export function sentencesOfDocument({ path, text }) {
  const lines = text.split('\n').map((line) => (/^\s*\|/.test(line) ? { cells: line.split(/(?<!\\)\|/) } : { line }));
  const prose = lines.map(({ line }) => line ?? '').join('\n');
  const ofProse = sentencesOf(prose).map(({ row, count, text: words }) => ({ path, at: row + 1, count, text: words }));
  const ofCells = lines.flatMap(({ cells = [] }, row) =>
    cells.flatMap((cell) => split(cell).map(({ count, text: words }) => ({ path, at: row + 1, count, text: words }))),
  );
  return [...ofProse, ...ofCells];
}
