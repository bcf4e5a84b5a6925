import { TextDecoder } from 'node:util';
import { CodePageDecoder } from './code-pages.js';

/** Encodings with one byte per character, which are distinguished by the text that they give. */
export const DETECTED = [
  'windows-1252',
  'windows-1250',
  'iso-8859-2',
  'windows-1254',
  'windows-1257',
  'windows-1251',
  'windows-1253',
  'macintosh',
  'cp850',
] as const;
export type DetectedEncoding = (typeof DETECTED)[number];

/** Non-ASCII letters by language; they also distinguish languages that share an encoding. */
const LETTERS = {
  german: 'äöüß',
  french: 'àâæçéèêëîïôœùûüÿ',
  spanish: 'áéíóúüñ',
  catalan: 'àçéèíïóòúü',
  italian: 'àèéìíîòóùú',
  portuguese: 'áâãàçéêíóôõúü',
  dutch: 'áéëèïíóöü',
  swedish: 'åäöéü',
  danish: 'æøåéäöü',
  icelandic: 'áðéíóúýþæö',
  polish: 'ąćęłńóśźż',
  czech: 'áčďéěíňóřšťúůýž',
  slovak: 'áäčďéíĺľňóôŕšťúýž',
  hungarian: 'áéíóöőúüű',
  croatian: 'čćđšž',
  romanian: 'ăâîşţ',
  turkish: 'çğıöşüâîûi\u0307',
  lithuanian: 'ąčęėįšųūž',
  latvian: 'āčēģīķļņšūž',
  estonian: 'äõöüšž',
  russian: 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя',
  ukrainian: 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя',
  bulgarian: 'абвгдежзийклмнопрстуфхцчшщъьюя',
  greek: 'αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ',
} as const;
type Language = keyof typeof LETTERS;

const WESTERN: readonly Language[] =
  'german french spanish catalan italian portuguese dutch swedish danish icelandic'.split(' ') as Language[];

const LANGUAGES: Readonly<Record<DetectedEncoding, readonly Language[]>> = {
  'windows-1252': WESTERN,
  macintosh: WESTERN,
  cp850: WESTERN,
  'windows-1250': ['polish', 'czech', 'slovak', 'hungarian', 'croatian', 'romanian'],
  'iso-8859-2': ['polish', 'czech', 'slovak', 'hungarian', 'croatian', 'romanian'],
  'windows-1254': ['turkish'],
  'windows-1257': ['lithuanian', 'latvian', 'estonian'],
  'windows-1251': ['russian', 'ukrainian', 'bulgarian'],
  'windows-1253': ['greek'],
};

/** Kinds of letters that must contradict the usual encoding if it is possible as well. */
const LEAST_KINDS = 3;

export interface EncodingGuess<Name extends string> {
  readonly encoding: Name;
  /** True if another encoding may be right: then names may be wrong, and digits are not. */
  readonly isDoubtful: boolean;
}

/**
 * Finds the encoding of a text with one byte per character.
 *
 * 1. Windows-1252 if one western language explains every letter.
 * 2. Another encoding if only it has a language that explains every letter. If a mixture of western languages explains
 * them as well, at least three kinds of letters must support it.
 * 3. Windows-1252 if a mixture explains them; else the encoding that explains most. Both are doubtful if another
 * explains as much.
 */
export function oneByteEncodingOf(head: Uint8Array): EncodingGuess<DetectedEncoding> {
  const [usual, ...others] = DETECTED.map((encoding) => fitOf(head, encoding));
  if (usual!.best === 1) return { encoding: 'windows-1252', isDoubtful: false };
  const fitting = others.filter(({ best, kinds }) => best === 1 && (usual!.mixed < 1 || kinds >= LEAST_KINDS));
  const texts = new Set(fitting.map(({ text }) => text));
  if (fitting.length > 0) return { encoding: fitting[0]!.encoding, isDoubtful: texts.size > 1 };
  const most = others.reduce((best, one) => (one.mixed > best.mixed ? one : best));
  if (usual!.mixed >= most.mixed) return { encoding: 'windows-1252', isDoubtful: usual!.mixed < 1 || most.best === 1 };
  return { encoding: most.encoding, isDoubtful: true };
}

interface Fit {
  readonly encoding: DetectedEncoding;
  readonly text: string;
  /** Shares of the non-ASCII letters that the best language explains, and all languages together; 1: all. */
  readonly best: number;
  readonly mixed: number;
  /** Count of different letters. */
  readonly kinds: number;
}

function fitOf(head: Uint8Array, encoding: DetectedEncoding): Fit {
  const text = oneByteDecoder(encoding).decode(head);
  const counts = oddCharacters(text);
  const all = sumOf(counts, () => true);
  const share = (letters: string) => (all === 0 ? 1 : sumOf(counts, (character) => letters.includes(character)) / all);
  const alphabets = LANGUAGES[encoding].map((language) => LETTERS[language]);
  const kinds = [...counts.keys()].filter((character) => /\p{L}/u.test(character)).length;
  return { encoding, text, best: Math.max(...alphabets.map(share)), mixed: share(alphabets.join('')), kinds };
}

export function oneByteDecoder(encoding: DetectedEncoding): { decode(bytes: Uint8Array): string } {
  const isPage = encoding === 'cp850' || encoding === 'windows-1252';
  return isPage ? new CodePageDecoder(encoding) : new TextDecoder(encoding);
}

function sumOf(counts: ReadonlyMap<string, number>, isCounted: (character: string) => boolean): number {
  return [...counts].reduce((sum, [character, count]) => sum + (isCounted(character) ? count : 0), 0);
}

/** Signs that occur in names and notes of any language. */
const SIGNS = new Set('’‘“”„«»–—…€£§°ºª·•®©™²³½¼¿¡´`¨\u00a0');

/**
 * Counts the non-ASCII characters of a text, as small letters. A capital amid small letters and a sign between letters
 * count unchanged: no language has them.
 */
function oddCharacters(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { 0: odd, index } of text.matchAll(/[^\0-\x7f]/g)) {
    const character = nameOf(odd, text[index - 1] ?? ' ', text[index + 1] ?? ' ');
    if (character !== null) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return counts;
}

/** Returns the name by which a character is counted; null if the character is no evidence. */
function nameOf(odd: string, before: string, after: string): string | null {
  const isBetween = /\p{L}/u.test(before) && /\p{L}/u.test(after);
  if (/[\p{Script=Greek}\p{Script=Cyrillic}]/u.test(odd) && /[a-z]/i.test(before + after)) return `${before}${odd}`;
  if (SIGNS.has(odd)) return isBetween && odd !== '’' && odd !== '´' && odd !== '·' ? odd : null;
  const small = odd.toLowerCase();
  return odd !== small && /\p{Ll}/u.test(before) && !/\p{Lu}/u.test(after) ? odd : small;
}
