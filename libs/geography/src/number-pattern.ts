/** Digit of a set, or one of several sequences, with its repetitions. */
interface Part {
  readonly of: string | readonly Sequence[];
  readonly least: number;
  readonly most: number;
}
type Sequence = readonly Part[];

/** Pattern of libphonenumber's metadata: digits, `\d`, `[1-37]`, `(?:…|…)`, `{2,4}` and `?`. */
export type NumberPattern = readonly Sequence[];

const ANY_DIGIT = '0123456789';

/** Reads a pattern. @throws Error for a form that the metadata never had. */
export function readPattern(text: string): NumberPattern {
  const reader = { text, at: 0 };
  const pattern = alternatives(reader);
  if (reader.at < text.length) throw new Error(`No pattern of phone numbers, at ${reader.at}: ${text}`);
  return pattern;
}

interface Reader {
  readonly text: string;
  at: number;
}

function isNext(reader: Reader, text: string): boolean {
  if (!reader.text.startsWith(text, reader.at)) return false;
  reader.at += text.length;
  return true;
}

function alternatives(reader: Reader): Sequence[] {
  const all: Part[][] = [[]];
  while (reader.at < reader.text.length && reader.text[reader.at] !== ')') {
    if (isNext(reader, '|')) all.push([]);
    else all.at(-1)!.push(readPart(reader));
  }
  return all;
}

function readPart(reader: Reader): Part {
  const of = isNext(reader, '(?:') ? group(reader) : readDigits(reader);
  return { of, ...repetition(reader) };
}

function group(reader: Reader): Sequence[] {
  const inside = alternatives(reader);
  if (!isNext(reader, ')')) throw new Error(`A group without an end: ${reader.text}`);
  return inside;
}

function readDigits(reader: Reader): string {
  if (isNext(reader, '\\d')) return ANY_DIGIT;
  if (!isNext(reader, '[')) return digit(reader);
  let set = '';
  while (!isNext(reader, ']')) {
    const first = digit(reader);
    const last = isNext(reader, '-') ? digit(reader) : first;
    set += ANY_DIGIT.slice(Number(first), Number(last) + 1);
  }
  return set;
}

function digit(reader: Reader): string {
  const one = reader.text[reader.at++] ?? '';
  if (one === '' || !ANY_DIGIT.includes(one)) throw new Error(`No digit at ${reader.at - 1}: ${reader.text}`);
  return one;
}

function repetition(reader: Reader): Pick<Part, 'least' | 'most'> {
  if (isNext(reader, '?')) return { least: 0, most: 1 };
  if (!isNext(reader, '{')) return { least: 1, most: 1 };
  const end = reader.text.indexOf('}', reader.at);
  const [least, most] = reader.text.slice(reader.at, end).split(',').map(Number);
  reader.at = end + 1;
  return { least: least!, most: most ?? least! };
}

/**
 * Removes the end of a pattern that any digits match: of `90\d{8}` it leaves `90`. Numbers with equal beginnings are
 * routed alike, however long they are.
 */
export function rangesOf(pattern: NumberPattern): NumberPattern {
  return pattern.map((sequence) => {
    const end = sequence.findLastIndex(({ of, least }) => of !== ANY_DIGIT && least > 0);
    const last = sequence[end];
    if (!last || typeof last.of === 'string' || last.most > 1) return sequence.slice(0, end + 1);
    return [...sequence.slice(0, end), { ...last, of: rangesOf(last.of) }];
  });
}

/** Result of following digits through a pattern. */
export interface Followed {
  /** Count of digits that are the beginning of a number. */
  readonly reached: number;
  /** Greatest count of digits after which the pattern may end; -1: none. */
  readonly ended: number;
}

/** Follows all ways through the pattern at once, so the steps are proportional to the pattern and the digits. */
export function follow(pattern: NumberPattern, national: string): Followed {
  const walk = { national, reached: 0 };
  const ends = throughAny(pattern, new Set([0]), walk);
  return { reached: walk.reached, ended: Math.max(-1, ...ends) };
}

interface Walk {
  readonly national: string;
  reached: number;
}

function throughAny(pattern: NumberPattern, from: ReadonlySet<number>, walk: Walk): Set<number> {
  return new Set(pattern.flatMap((sequence) => [...through(sequence, from, walk)]));
}

function through(sequence: Sequence, from: ReadonlySet<number>, walk: Walk): ReadonlySet<number> {
  let places = from;
  for (const part of sequence) {
    if (places.size === 0) break;
    places = throughPart(part, places, walk);
  }
  return places;
}

function throughPart({ of, least, most }: Part, from: ReadonlySet<number>, walk: Walk): Set<number> {
  const ends = new Set(least === 0 ? from : []);
  let places = from;
  for (let times = 1; times <= most && places.size > 0; times++) {
    places = typeof of === 'string' ? throughDigit(of, places, walk) : throughAny(of, places, walk);
    if (times >= least) for (const place of places) ends.add(place);
  }
  return ends;
}

function throughDigit(digits: string, from: ReadonlySet<number>, walk: Walk): Set<number> {
  const fitting = [...from].filter((place) => place < walk.national.length && digits.includes(walk.national[place]!));
  const places = fitting.map((place) => place + 1);
  walk.reached = Math.max(walk.reached, ...places);
  return new Set(places);
}
