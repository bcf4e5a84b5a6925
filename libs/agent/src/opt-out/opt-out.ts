import type { ConversationTurn } from '#rules/call/call-report.js';
import { LANGUAGES, languageOf, type Language } from '#rules/values/language.js';
import type { StepCount } from './automaton.js';
import { OPT_OUT_RULES } from './opt-out-rules.js';
import { OptOutReader } from './opt-out-reader.js';

/** About as much as a person says in twenty minutes; earlier words are left to a model. */
const MOST_CHARACTERS = 20_000;

/**
 * True if a person has said, in words that mean nothing else, that they do not want to be called again. For the case
 * that no model can be asked: it misses many who say it otherwise, and rather misses one than takes "not now, call
 * tomorrow" for it. Takes time in proportion to the characters, whatever they are; of more than `MOST_CHARACTERS` the
 * latest are looked at.
 * @param language of the campaign (RFC 5646).
 * @param count gets the steps that it took.
 */
export function asksNotToBeCalled(
  turns: readonly ConversationTurn[],
  language: string | null,
  count: StepCount = { steps: 0 },
): boolean {
  const reader = READERS[languageOf(language)];
  return latestWords(turns).some((text) => reader.isOptOut(text, count));
}

function latestWords(turns: readonly ConversationTurn[]): string[] {
  const texts: string[] = [];
  let room = MOST_CHARACTERS;
  for (const { role, text } of turns.toReversed()) {
    if (role !== 'person' || room === 0) continue;
    texts.push(endOf(text, room));
    room = Math.max(0, room - text.length);
  }
  return texts;
}

/** Begins with a whole sentence: the rest of one may mean the opposite of it. */
function endOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(-most);
  const at = end.search(/[.!?]/);
  return at < 0 ? '' : end.slice(at);
}

const READERS = Object.fromEntries(
  LANGUAGES.map((language) => [language, new OptOutReader(OPT_OUT_RULES[language])]),
) as Readonly<Record<Language, OptOutReader>>;
