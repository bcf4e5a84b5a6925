/** Numbers from 0 (inclusive) to 1 (exclusive); the same source gives the same numbers. */
export type RandomNumbers = () => number;

/** Returns 64 bits for some texts, as 16 hexadecimal digits. They spread well, and keep no secret. */
export function fingerprint(...texts: string[]): string {
  return hash(texts)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}

/** Returns a separate stream of numbers for every combination of texts. */
export function seededRandom(...texts: string[]): RandomNumbers {
  const [high, low] = hash(texts);
  const next = smallFastCounter(high, low);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next();
  return next;
}

export function pickOne<T>(random: RandomNumbers, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** Picks by weight; weights need not add up to anything. */
export function pickWeighted<T extends { readonly weight: number }>(
  random: RandomNumbers,
  choices: readonly [T, ...T[]],
): T {
  const total = choices.reduce((sum, choice) => sum + choice.weight, 0);
  let rest = random() * total;
  return choices.find((choice) => (rest -= choice.weight) < 0) ?? choices[0];
}

/** Returns a new list in another order (Fisher-Yates). */
export function shuffled<T>(random: RandomNumbers, items: readonly T[]): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}

const WARM_UP_ROUNDS = 12;

/** Hashes texts in two words that feed each other; the odd constants are MurmurHash3's and the golden ratio's. */
function hash(texts: readonly string[]): [number, number] {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (const text of texts) {
    for (let index = 0; index <= text.length; index++) {
      // The loop goes one step past the end, so that the text's border counts: ('ab', 'c') is not ('a', 'bc').
      const unit = index < text.length ? text.charCodeAt(index) : 0x10000;
      high = rotated(Math.imul(high ^ unit, 0xcc9e2d51) + low, 15);
      low = rotated(Math.imul(low ^ unit, 0x1b873593) + high, 13);
    }
  }
  const mixed = finished(high ^ rotated(low, 16));
  return [mixed, finished(low + mixed)];
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Mixes a word with the finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function finished(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Makes the generator "sfc32" of Chris Doty-Humphrey's PractRand: 128 bits of state, period at least 2^32. */
function smallFastCounter(high: number, low: number): RandomNumbers {
  let a = high;
  let b = low;
  let c = high ^ rotated(low, 7);
  let counter = 1;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (rotated(c, 21) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
