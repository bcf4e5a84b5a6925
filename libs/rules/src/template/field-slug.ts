/**
 * Characters of a name that are read: longer names share their slug. `normalize` takes time that grows with the square
 * of a row of combining marks.
 */
const MOST_READ = 300;

const ACCENTS = /[\u0300-\u036f]/u;
const IN_LATIN = /\p{Script=Latin}/u;

/**
 * Returns the form in which a custom field can be typed on every keyboard: "Order number" → `order_number`, "Größe" →
 * `grosse`. Letters of other scripts stay. Two spellings of one name have the same slug. A name without a letter or
 * digit has the slug "".
 */
export function fieldSlug(name: string): string {
  const folded = withoutAccents(name.slice(0, MOST_READ).toWellFormed().toLowerCase().normalize('NFKD'))
    .replaceAll('ß', 'ss')
    .normalize('NFC')
    .toLowerCase();
  const words = folded.split(/[^\p{L}\p{N}\p{M}]/u);
  return words.filter((word) => word !== '').join('_');
}

/** Removes accents from Latin letters alone: in other scripts a mark makes another letter. */
function withoutAccents(text: string): string {
  let isLatin = false;
  let plain = '';
  for (const character of text) {
    if (ACCENTS.test(character) && isLatin) continue;
    isLatin = IN_LATIN.test(character);
    plain += character;
  }
  return plain;
}
