/** Position in a text, counted from 1 as in editors. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
}

const SPACE = ' \t\n\r';
const DIGITS = '0123456789';
const HEX = '0123456789abcdefABCDEF';
const ESCAPES = '"\\/bfnrt';

/**
 * Finds the first character at which a text stops being JSON (RFC 8259); null if it is JSON. Reads each character once.
 * The nesting must be within the bounds of request bodies.
 */
export function jsonFault(text: string): JsonFault | null {
  const reader = new Reader(text);
  if (reader.value() && reader.end()) return null;
  const before = text.slice(0, reader.at);
  return { line: before.split('\n').length, column: reader.at - before.lastIndexOf('\n') };
}

/** Reads JSON. Each method returns true if its part is there; otherwise `at` is the position of the fault. */
class Reader {
  at: number;

  /** Skips a byte order mark, as the parser of bodies does. */
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
    if (this.accept(close)) return true;
    do {
      if (!element()) return false;
      this.skip(SPACE);
    } while (this.accept(','));
    return this.accept(close);
  }

  private field(): boolean {
    this.skip(SPACE);
    if (!this.string()) return false;
    this.skip(SPACE);
    return this.accept(':') && this.value();
  }

  private string(): boolean {
    if (!this.accept('"')) return false;
    while (!this.accept('"')) {
      if (this.at >= this.text.length || this.text.charCodeAt(this.at) < 0x20) return false;
      if (!this.accept('\\')) this.at++;
      else if (!this.escape()) return false;
    }
    return true;
  }

  private escape(): boolean {
    if (!this.accept('u')) return this.acceptOneOf(ESCAPES);
    return this.acceptOneOf(HEX) && this.acceptOneOf(HEX) && this.acceptOneOf(HEX) && this.acceptOneOf(HEX);
  }

  private number(): boolean {
    this.accept('-');
    if (!this.accept('0') && !this.digits()) return false;
    if (this.accept('.') && !this.digits()) return false;
    if (!this.acceptOneOf('eE')) return true;
    this.acceptOneOf('+-');
    return this.digits();
  }

  private digits(): boolean {
    const from = this.at;
    this.skip(DIGITS);
    return this.at > from;
  }

  private word(word: string): boolean {
    return [...word].every((letter) => this.accept(letter));
  }

  private accept(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private acceptOneOf(of: string): boolean {
    const next = this.text[this.at];
    return next !== undefined && of.includes(next) && this.accept(next);
  }

  private skip(characters: string): void {
    while (this.at < this.text.length && characters.includes(this.text[this.at]!)) this.at++;
  }
}
