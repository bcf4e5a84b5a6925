/**
 * How much a text of JSON may hold. Its length alone says little: a megabyte of `[` costs JSON.parse 300 times as much
 * as one of text.
 */
export interface JsonBounds {
  /** Lists and objects inside one another. */
  readonly depth: number;
  /** Lists and objects in all. */
  readonly containers: number;
  /** Values in all, lists and objects among them; an empty one counts as if it had a value. */
  readonly values: number;
  /** Fields of one object, however often one of them is given. */
  readonly fields: number;
}

/** Bounds of a message with one thing to say: an event, or what a model was asked for. */
export const MESSAGE_BOUNDS: JsonBounds = { depth: 64, containers: 2_000, values: 20_000, fields: 1_000 };

/** Bounds of a provider's answer or report: of each word that was said, it may hold an object. */
export const ANSWER_BOUNDS: JsonBounds = { depth: 64, containers: 100_000, values: 500_000, fields: 1_000 };

/** The text holds more than the bounds allow. */
export class JsonTooLarge extends Error {
  override readonly name = 'JsonTooLarge';
}

/**
 * Parses JSON that others have written, once it is known to be within the bounds.
 * @throws JsonTooLarge, or SyntaxError as JSON.parse does.
 */
export function parseBounded(text: string, bounds: JsonBounds): unknown {
  const excess = jsonExcess(text, bounds);
  if (excess !== null) throw new JsonTooLarge(excess);
  return JSON.parse(text) as unknown;
}

type Characters = Pick<string, 'length' | 'charCodeAt'>;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Tells in which way a text holds more than the bounds allow; null where it does not. Reads each character once at
 * most, and stops at the first excess. A text that is no JSON is read as far as it looks like some: JSON.parse refuses
 * it.
 */
export function jsonExcess(text: Characters, bounds: JsonBounds): string | null {
  const tally = new Tally(bounds);
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at + 1);
    else if (character === COMMA) tally.next();
    else if (character === OPENING_BRACKET || character === OPENING_BRACE) tally.open(character === OPENING_BRACE);
    else if (character === CLOSING_BRACKET || character === CLOSING_BRACE) tally.close();
    if (tally.excess !== null) return tally.excess;
  }
  return null;
}

function endOfString(text: Characters, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) return at;
    if (character === BACKSLASH) at++;
  }
  return text.length;
}

/** Counts what has been opened and separated so far. */
class Tally {
  excess: string | null = null;
  private values = 1;
  private containers = 0;
  /** Fields of each object that is open; null for a list. */
  private readonly fields: (number | null)[] = [];

  constructor(private readonly bounds: JsonBounds) {}

  open(isObject: boolean): void {
    const { depth, containers } = this.bounds;
    this.fields.push(isObject ? 1 : null);
    this.containers++;
    if (this.fields.length > depth) this.excess = `is nested deeper than ${depth} levels`;
    else if (this.containers > containers) this.excess = `has more than ${containers} lists and objects`;
    else this.countValue();
  }

  close(): void {
    this.fields.pop();
  }

  next(): void {
    const last = this.fields.length - 1;
    const fields = this.fields[last] ?? null;
    if (fields !== null) this.fields[last] = fields + 1;
    if (fields === this.bounds.fields) this.excess = `has an object of more than ${this.bounds.fields} fields`;
    else this.countValue();
  }

  /** The first value of a list or object is counted when it opens, each further one at its comma. */
  private countValue(): void {
    this.values++;
    if (this.values > this.bounds.values) this.excess = `has more than ${this.bounds.values} values`;
  }
}
