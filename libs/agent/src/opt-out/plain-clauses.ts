/** As it is compared: in small letters without accents, apostrophes of one kind, everything else between words a space or the end of a clause. */
export function plainClauses(text: string): string[] {
  return plain(text)
    .split(/[^\p{L}\p{N}' -]+|\s-\s/u)
    .map((clause) => clause.replaceAll(/[\s-]+/g, ' ').trim())
    .filter((clause) => clause !== '');
}

export function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019\u02bc`´]/g, "'")
    .replaceAll('ß', 'ss')
    .replaceAll(/\s+/g, ' ');
}
