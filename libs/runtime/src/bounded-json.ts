/**
 * Limits of a JSON text. Its length is not enough: to parse a megabyte of `[` takes 300 times as long as one of text.
 */
export interface JsonBounds {
  /** Nested lists and objects. */
  readonly depth: number;
  /** Lists and objects in all. */
  readonly containers: number;
  /** Values in all, lists and objects included. An empty one counts as if it had a value. */
  readonly values: number;
  /** Fields of one object, repeated ones included. */
  readonly fields: number;
}

/** Bounds of a short message, such as a report or the answer of a model. */
export const MESSAGE_BOUNDS: JsonBounds = { depth: 64, containers: 2_000, values: 20_000, fields: 1_000 };

/** Bounds of a provider's answer or report, which may have an object for each word that was said. */
export const ANSWER_BOUNDS: JsonBounds = { depth: 64, containers: 100_000, values: 500_000, fields: 1_000 };

/** Error for a text that exceeds the bounds. */
export class JsonTooLarge extends Error {
  override readonly name = 'JsonTooLarge';
}

/**
 * Parses foreign JSON after it was found to be within the bounds.
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
 * Returns in which way a text exceeds the bounds; null if it does not. Reads each character once, and stops at the
 * first excess. A text that is no JSON is read as if it were some: JSON.parse rejects it later.
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

/** Counts the containers and values so far. */
class Tally {
  excess: string | null = null;
  private values = 1;
  private containers = 0;
  /** Fields of each open object; null for a list. */
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

  /** Counts a value: the first one of a container when it opens, each further one at its comma. */
  private countValue(): void {
    this.values++;
    if (this.values > this.bounds.values) this.excess = `has more than ${this.bounds.values} values`;
  }
}
