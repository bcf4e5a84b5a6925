import { plain } from './plain-clauses.js';

/** Test of one spoken word. */
export type WordTest =
  | { readonly kind: 'one_of'; readonly words: ReadonlySet<string> }
  | { readonly kind: 'begins'; readonly text: string }
  | { readonly kind: 'ends'; readonly text: string }
  | { readonly kind: 'digits' }
  | { readonly kind: 'any' };

export type Pattern =
  | { readonly kind: 'word'; readonly test: WordTest }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'either'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeated'; readonly part: Pattern };

/** Error of a rule that is not in the language of `parsePattern`. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  constructor(pattern: string, problem: string) {
    super(`The rule "${pattern}" ${problem}.`);
  }
}

const NOTHING: Pattern = { kind: 'sequence', parts: [] };
const ANY_WORD: Pattern = { kind: 'word', test: { kind: 'any' } };

/** Brackets and their closing ones. */
const CLOSING = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/**
 * Reads a rule. A rule is a text of words with blanks between them:
 *
 * ```text
 *     stop            this word, in small letters and without accents; apostrophes are '
 *     stop/quit       one of these words
 *     kein*  *n't     a word that begins, or ends, with this
 *     #               a number in digits
 *     _               any one word
 *     ...             one word or more, whatever they are
 *     [ please ]      may be left out
 *     ( me | my name )  one of these
 *     { me | again }  any number of these, or none
 * ```
 *
 * Brackets stand beside blanks, or not. Nothing else has a meaning.
 * @throws PatternError for a rule that is not written so.
 */
export function parsePattern(text: string): Pattern {
  const tokens = text.match(/[()[\]{}|]|[^()[\]{}|\s]+/g) ?? [];
  const reader = new PatternReader(text, tokens);
  return reader.whole();
}

class PatternReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly string[],
  ) {}

  whole(): Pattern {
    const pattern = this.alternatives();
    if (this.at < this.tokens.length) throw this.error(`has a "${this.tokens[this.at]}" that closes nothing`);
    return pattern;
  }

  private alternatives(): Pattern {
    const parts = [this.sequence()];
    while (this.tokens[this.at] === '|') {
      this.at += 1;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    for (let token = this.tokens[this.at]; token !== undefined; token = this.tokens[this.at]) {
      if (token === '|' || token === ')' || token === ']' || token === '}') break;
      this.at += 1;
      parts.push(CLOSING.has(token) ? this.group(token) : this.word(token));
    }
    if (parts.length === 0) throw this.error('has a place where a word is missing');
    return { kind: 'sequence', parts };
  }

  private group(opening: string): Pattern {
    const part = this.alternatives();
    if (this.tokens[this.at] !== CLOSING.get(opening)) throw this.error(`has a "${opening}" that is not closed`);
    this.at += 1;
    if (opening === '[') return { kind: 'either', parts: [part, NOTHING] };
    return opening === '{' ? { kind: 'repeated', part } : part;
  }

  private word(token: string): Pattern {
    if (token === '_') return ANY_WORD;
    if (token === '...') return { kind: 'sequence', parts: [ANY_WORD, { kind: 'repeated', part: ANY_WORD }] };
    return { kind: 'word', test: this.test(token) };
  }

  private test(token: string): WordTest {
    if (token === '#') return { kind: 'digits' };
    if (token.startsWith('*')) return { kind: 'ends', text: this.plainWord(token.slice(1)) };
    if (token.endsWith('*')) return { kind: 'begins', text: this.plainWord(token.slice(0, -1)) };
    return { kind: 'one_of', words: new Set(token.split('/').map((word) => this.plainWord(word))) };
  }

  /** Checks a word: one in another form than spoken words are compared in would never match. */
  private plainWord(word: string): string {
    if (!/^[\p{L}\p{N}']+$/u.test(word) || plain(word) !== word) throw this.error(`has "${word}", which is no word`);
    return word;
  }

  private error(problem: string): PatternError {
    return new PatternError(this.text, problem);
  }
}

/** True if a spoken word passes the test. */
export function passes(test: WordTest, word: string): boolean {
  switch (test.kind) {
    case 'one_of':
      return test.words.has(word);
    case 'begins':
      return word.startsWith(test.text);
    case 'ends':
      return word.length > test.text.length && word.endsWith(test.text);
    case 'digits':
      return /^\d+$/.test(word);
    case 'any':
      return true;
  }
}
