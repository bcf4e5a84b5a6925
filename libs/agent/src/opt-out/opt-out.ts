import type { ConversationTurn } from '#rules/call-event.js';
import { LANGUAGES, languageOf, type Language } from '../language.js';
import { OPT_OUT_RULES, type OptOutRules } from './opt-out-rules.js';
import { plain, plainClauses } from './plain-clauses.js';

/** Nobody means one sentence of so many letters; what is longer is for a model to read. */
const LONGEST_TURN = 2_000;

/**
 * Whether a person has said, in words that mean nothing else, that they do not want to be called again. For the case that no model can be
 * asked: it misses many who say it otherwise, and rather misses one than takes "not now, call tomorrow" for it.
 * @param language of the campaign (RFC 5646).
 */
export function asksNotToBeCalled(turns: readonly ConversationTurn[], language: string | null): boolean {
  const reader = READERS[languageOf(language)];
  return turns.some(({ role, text }) => role === 'person' && text.length <= LONGEST_TURN && saysSo(text, reader));
}

interface Reader {
  /** With whatever may follow, up to the end of a clause. */
  readonly wishes: readonly RegExp[];
  readonly reversal: RegExp;
  readonly aside: RegExp;
  readonly later: RegExp;
}

function saysSo(text: string, reader: Reader): boolean {
  const clauses = plainClauses(joined(text));
  return !reader.later.test(clauses.join(' ')) && clauses.some((clause) => isWish(clause, reader));
}

/** "Hören Sie auf, mich anzurufen": this comma ends nothing. */
function joined(text: string): string {
  return plain(text).replaceAll(/, (?=(?:mich|uns|hier)\b)/g, ' ');
}

function isWish(clause: string, { wishes, reversal, aside }: Reader): boolean {
  return wishes.some((wish) => {
    const at = clause.search(wish);
    return at >= 0 && !reversal.test(clause.slice(0, at).replace(aside, ' '));
  });
}

function readerOf({ wishes, endings, reversals, asides, later }: OptOutRules): Reader {
  return {
    wishes: wishes.map((wish) => words(`(?:${wish})(?: (?:${endings}))*$`)),
    reversal: words(reversals),
    aside: words(asides),
    later: words(later),
  };
}

function words(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}'])(?:${source})(?![\\p{L}\\p{N}'])`, 'u');
}

const READERS = Object.fromEntries(
  LANGUAGES.map((language) => [language, readerOf(OPT_OUT_RULES[language])]),
) as Readonly<Record<Language, Reader>>;
