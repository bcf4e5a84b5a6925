/** A place in a text, as editors count: from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
}

const SPACE = ' \t\n\r';
const DIGITS = '0123456789';
const HEX = '0123456789abcdefABCDEF';
const ESCAPES = '"\\/bfnrt';

/**
 * Finds the first character at which a text is no JSON (RFC 8259) any more; null where it is JSON. Reads each character
 * once. The text is known not to be nested deeper than the bounds of bodies allow.
 */
export function jsonFault(text: string): JsonFault | null {
  const reader = new Reader(text);
  if (reader.value() && reader.end()) return null;
  const before = text.slice(0, reader.at);
  return { line: before.split('\n').length, column: reader.at - before.lastIndexOf('\n') };
}

/** Each method is true if what it reads is there; else `at` is where it is not. */
class Reader {
  at: number;

  /** A byte order mark is no part of the text: what parses bodies leaves it out too. */
  constructor(private readonly text: string) {
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  value(): boolean {
    this.skip(SPACE);
    const next = this.text[this.at];
    if (next === '{') return this.list('}', () => this.field());
    if (next === '[') return this.list(']', () => this.value());
    if (next === '"') return this.string();
    if (next === 't') return this.word('true');
    if (next === 'f') return this.word('false');
    if (next === 'n') return this.word('null');
    return this.number();
  }

  end(): boolean {
    this.skip(SPACE);
    return this.at === this.text.length;
  }

  private list(close: string, element: () => boolean): boolean {
    this.at++;
    this.skip(SPACE);
    if (this.take(close)) return true;
    do {
      if (!element()) return false;
      this.skip(SPACE);
    } while (this.take(','));
    return this.take(close);
  }

  private field(): boolean {
    this.skip(SPACE);
    if (!this.string()) return false;
    this.skip(SPACE);
    return this.take(':') && this.value();
  }

  private string(): boolean {
    if (!this.take('"')) return false;
    while (!this.take('"')) {
      if (this.at >= this.text.length || this.text.charCodeAt(this.at) < 0x20) return false;
      if (!this.take('\\')) this.at++;
      else if (!this.escape()) return false;
    }
    return true;
  }

  private escape(): boolean {
    if (!this.take('u')) return this.takeOne(ESCAPES);
    return this.takeOne(HEX) && this.takeOne(HEX) && this.takeOne(HEX) && this.takeOne(HEX);
  }

  private number(): boolean {
    this.take('-');
    if (!this.take('0') && !this.digits()) return false;
    if (this.take('.') && !this.digits()) return false;
    if (!this.takeOne('eE')) return true;
    this.takeOne('+-');
    return this.digits();
  }

  private digits(): boolean {
    const from = this.at;
    this.skip(DIGITS);
    return this.at > from;
  }

  private word(word: string): boolean {
    return [...word].every((letter) => this.take(letter));
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private takeOne(of: string): boolean {
    const next = this.text[this.at];
    return next !== undefined && of.includes(next) && this.take(next);
  }

  private skip(characters: string): void {
    while (this.at < this.text.length && characters.includes(this.text[this.at]!)) this.at++;
  }
}
