/** As they are compared: in small letters without accents, apostrophes of one kind, words parted by one blank. */
export function clausesOf(text: string): string[] {
  return joined(plain(text))
    .split(/[^\p{L}\p{N}' -]+|\s-\s/u)
    .map((clause) => clause.replaceAll(/[\s-]+/g, ' ').trim())
    .filter((clause) => clause !== '');
}

/** "Hören Sie auf, mich anzurufen": this comma ends no clause. */
function joined(text: string): string {
  return text.replaceAll(/, (?=(?:mich|uns|hier)\b)/g, ' ');
}

/** Marks go first as well: to put a long row of them in order takes `normalize` time that grows with its square. */
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
