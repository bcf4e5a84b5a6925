import { NUMBER_WRITINGS, type NumberWriting } from './number-writings.js';

/** Rewriting of E.164 in the form of `String.replace`. */
interface Rewriting {
  readonly pattern: RegExp;
  readonly to: string;
  readonly ringsBoth: boolean;
}

/** Characters by which rewritings are found: a plus and a digit. */
const LENGTH_OF_BEGINNING = 2;

type Rewritings = ReadonlyMap<string, readonly Rewriting[]>;

const TO_KEY = rewritingsOf(NUMBER_WRITINGS, ({ other, key }) => [other, key]);
const FROM_KEY = rewritingsOf(NUMBER_WRITINGS, ({ other, key }) => [key, other]);

/**
 * Returns the key of a number. Two numbers that ring the same phone have one key; any other two differ.
 *
 * The key of most numbers is the number itself. It tells if two numbers are the same, and is never dialed.
 * @param number E.164.
 */
export function numberKey(number: string): string {
  const rewriting = rewritingFor(number, TO_KEY);
  return rewriting ? number.replace(rewriting.pattern, rewriting.to) : number;
}

/** Returns all forms of a phone's number, its key first. */
export function writingsOf(number: string): string[] {
  const key = numberKey(number);
  const others = (FROM_KEY.get(beginningOf(key)) ?? []).filter(({ pattern }) => pattern.test(key));
  return [...new Set([key, ...others.map(({ pattern, to }) => key.replace(pattern, to))])];
}

/**
 * Returns the number that is dialed today, for a number in the form before a change.
 * @returns null for a number that is dialed as it is written.
 */
export function modernNumber(number: string): string | null {
  const rewriting = rewritingFor(number, TO_KEY);
  return rewriting && !rewriting.ringsBoth ? number.replace(rewriting.pattern, rewriting.to) : null;
}

/** Keeps the first item of each key. */
export function firstOfEachKey<T>(items: readonly T[], numberOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = numberKey(numberOf(item));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function rewritingFor(number: string, rewritings: Rewritings): Rewriting | undefined {
  return rewritings.get(beginningOf(number))?.find(({ pattern }) => pattern.test(number));
}

function beginningOf(text: string): string {
  return text.slice(0, LENGTH_OF_BEGINNING);
}

function rewritingsOf(
  writings: readonly NumberWriting[],
  direction: (writing: NumberWriting) => readonly [from: string, to: string],
): Rewritings {
  const byBeginning = new Map<string, Rewriting[]>();
  for (const writing of writings) {
    const [from, to] = direction(writing);
    const rewriting = { ...rewritingFrom(from, to, writing.where), ringsBoth: writing.ringsBoth ?? false };
    byBeginning.set(beginningOf(from), [...(byBeginning.get(beginningOf(from)) ?? []), rewriting]);
  }
  return byBeginning;
}

/** Makes a pattern of `+55ab`, and a replacement of `+55a9b`, in which the letters have the same order. */
function rewritingFrom(from: string, to: string, where: NumberWriting['where']): Pick<Rewriting, 'pattern' | 'to'> {
  const letters = Object.keys(where);
  const pattern = from.replace('+', '\\+').replace(/[a-z]/g, (letter) => `(${where[letter]})`);
  const replacement = to.replace(/[a-z]/g, (letter) => `$${letters.indexOf(letter) + 1}`);
  return { pattern: new RegExp(`^${pattern}$`), to: withDigitsApart(replacement) };
}

/** Separates digits in a replacement: `$19` would name group 19, and `$01` names the first group before a digit. */
function withDigitsApart(replacement: string): string {
  return replacement.replace(/\$(\d)/g, '$$0$1');
}
