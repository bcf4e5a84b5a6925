import type { ConversationTurn } from '#rules/call/call-report.js';
import { LANGUAGES, languageOf, type Language } from '#rules/values/language.js';
import type { StepCount } from './automaton.js';
import { OptOutReader } from './opt-out-reader.js';
import type { OptOutRules } from './rules/language-rules.js';
import { DE } from './rules/de.js';
import { EN } from './rules/en.js';
import { ES } from './rules/es.js';
import { FR } from './rules/fr.js';
import { IT } from './rules/it.js';
import { NL } from './rules/nl.js';
import { PT } from './rules/pt.js';

export const OPT_OUT_RULES: Readonly<Record<Language, OptOutRules>> = {
  en: EN,
  de: DE,
  fr: FR,
  es: ES,
  it: IT,
  pt: PT,
  nl: NL,
};

/** Characters that are read: about as many as a person says in twenty minutes. A model judges earlier words. */
const MOST_CHARACTERS = 20_000;

/**
 * True if a person clearly opted out of further calls. It is for the case that no model can be asked. It misses many
 * other phrases, and prefers that to mistaking "not now, call tomorrow" for an opt-out.
 * The time is proportional to the characters, whatever they are. If there are more than `MOST_CHARACTERS`, the latest
 * are read.
 * @param language of the campaign (RFC 5646).
 * @param count receives the steps of the search.
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
  let left = MOST_CHARACTERS;
  for (const { role, text } of turns.toReversed()) {
    if (role !== 'person' || left === 0) continue;
    texts.push(endOf(text, left));
    left = Math.max(0, left - text.length);
  }
  return texts;
}

/** Returns the end of a text from the beginning of a sentence: a part of one may mean the opposite. */
function endOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(-most);
  const at = end.search(/[.!?]/);
  return at < 0 ? '' : end.slice(at);
}

const READERS = Object.fromEntries(
  LANGUAGES.map((language) => [language, new OptOutReader(OPT_OUT_RULES[language])]),
) as Readonly<Record<Language, OptOutReader>>;
