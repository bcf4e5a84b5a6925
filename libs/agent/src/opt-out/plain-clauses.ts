/** Returns clauses as they are compared: small letters without accents, one kind of apostrophes, single blanks. */
export function clausesOf(text: string): string[] {
  return joined(plain(text))
    .split(/[^\p{L}\p{N}' -]+|\s-\s/u)
    .map((clause) => clause.replaceAll(/[\s-]+/g, ' ').trim())
    .filter((clause) => clause !== '');
}

/** Joins clauses at commas that end none, as in "Hören Sie auf, mich anzurufen". */
function joined(text: string): string {
  return text.replaceAll(/, (?=(?:mich|uns|hier)\b)/g, ' ');
}

/**
 * Returns small letters without accents. Marks are removed first, because `normalize` sorts a long row of them in
 * quadratic time.
 */
export function plain(text: string): string {
  return text
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019\u02bc`´]/g, "'")
    .replaceAll('ß', 'ss')
    .replaceAll(/\s+/g, ' ');
}
