/** Letters of a word that may be a typing error; longer ones are not compared. */
const LONGEST = 32;

/**
 * Finds the word that was probably meant, the nearest of `known`. Letters may be changed, added, left out or swapped,
 * up to a third of the word and three at most. The time grows with the product of the lengths, which are bounded.
 */
export function similarWord(word: string, known: readonly string[]): string | null {
  if (word.length === 0 || word.length > LONGEST) return null;
  const most = Math.min(3, Math.ceil(word.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const candidate of known) {
    if (candidate.length > LONGEST || Math.abs(candidate.length - word.length) > most) continue;
    const distance = distanceBetween(plain(word), plain(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Normalizes a word: `phoneNumber`, `phone-number` and `phone_number` differ in form alone. */
function plain(word: string): string {
  return word.replaceAll('_', '').replaceAll('-', '').toLowerCase();
}

/** Counts the edits from one word to another; a swap of neighbours is one edit. */
function distanceBetween(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = from[i - 1] === to[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change, swapped));
    }
    [before, last] = [last, row];
  }
  return last[to.length]!;
}
