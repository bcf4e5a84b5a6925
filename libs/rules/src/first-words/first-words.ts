import type { ConversationTurn } from '../call/call-report.js';
import { isFinalCallStatus, type CallStatus } from '../call/call-status.js';
import { rendered, type Person } from '../template/template.js';
import { literalParts, WORDS_KINDS, type WordsKind } from './sentences.js';

/** Sentence as it was decided when the call was committed. Names are as in JSON, since it is stored and shown. */
export interface DecidedSentence {
  /** Text with its variables; null if it is not said. */
  readonly text: string | null;
  /** Owner of the text, or of its absence. `prompt`: a recorded prompt of the operator says it. */
  readonly source: 'campaign' | 'tenant' | 'default' | 'prompt';
  /** RFC 5646; null if no language is stated. */
  readonly language: string | null;
}

/** Sentences that a call says before anything else; `recording_notice` is null if the call is not recorded. */
export interface FirstWords {
  readonly disclosure: DecidedSentence;
  readonly recording_notice: DecidedSentence | null;
}

/** Sentences of the prompt that calls over the installation's provider play. They are stored with the settings. */
export interface RoutePrompt {
  readonly disclosure: string | null;
  readonly recording_notice: string | null;
  /** False if calls over the route are never recorded. */
  readonly is_recording: boolean;
}

/** Opening that the provider receives. */
export interface Opening {
  /** Disclosure and notice, with which `firstMessage` begins; null if there are none. */
  readonly firstWords: string | null;
  readonly firstMessage: string | null;
}

/**
 * Puts disclosure and notice before a campaign's first message, for one person. The provider receives no sentences of a
 * recorded prompt, because it plays them. Null words are those of a call of a version without first words.
 */
export function openingOf(words: FirstWords | null, firstMessage: string | null, person: Person): Opening {
  const greeting = firstMessage === null ? null : rendered(firstMessage, person, 'speech');
  const told = sentencesOf(words).filter(({ source }) => source !== 'prompt');
  const firstWords = told.map(({ text }) => rendered(text, person, 'speech').trim()).join(' ');
  if (firstWords === '') return { firstWords: null, firstMessage: greeting };
  const isAll = greeting === null || greeting.trim() === '';
  return { firstWords, firstMessage: isAll ? firstWords : `${firstWords} ${greeting}` };
}

/** Returns a first message without the words with which it begins. */
export function greetingAfter({ firstWords, firstMessage }: Opening): string {
  return (firstMessage ?? '').slice(firstWords?.length ?? 0);
}

/** Results of checking if a call's words were said to their end, as far as the provider reports it. */
export const FIRST_WORDS_SAID = ['said', 'not_whole', 'not_answered', 'untold'] as const;
export type FirstWordsSaid = (typeof FIRST_WORDS_SAID)[number];

/** Facts of a call when its words are checked. */
export interface SaidFacts {
  readonly words: FirstWords | null;
  readonly status: CallStatus;
  readonly wasAnswered: boolean;
  /** Turns of the conversation, if the provider has just reported them. */
  readonly turns: readonly ConversationTurn[] | null;
  /** True if the provider has reported that its prompt was played to the end. */
  readonly isPromptPlayed: boolean;
  /** Result of an earlier check. */
  readonly known: FirstWordsSaid | null;
}

/**
 * Returns the result of the check for first words. Null while the call continues, and if there are none. A conversation
 * that shows the words is final. Without a conversation, how long the person listened is unknown.
 */
export function saidOf({ words, status, wasAnswered, turns, isPromptPlayed, known }: SaidFacts): FirstWordsSaid | null {
  if (sentencesOf(words).length === 0) return null;
  if (known === 'said' || isPromptPlayed) return 'said';
  if (turns !== null) return areSaid(words, turns) ? 'said' : 'not_whole';
  if (known === 'not_whole' || !isFinalCallStatus(status)) return known;
  return wasAnswered ? 'untold' : 'not_answered';
}

/** True if the agent began with all the words, whatever the values of their variables. */
export function areSaid(words: FirstWords | null, turns: readonly ConversationTurn[]): boolean {
  const parts = sentencesOf(words).flatMap(({ text }) => literalParts(text));
  return beginsWith(turns, parts);
}

/** True if the agent's turns begin with these texts in order, compared by letters and digits alone. */
export function beginsWith(turns: readonly ConversationTurn[], texts: readonly string[]): boolean {
  const said = ` ${plain(turns.flatMap(({ role, text }) => (role === 'agent' ? [text] : [])).join(' '))} `;
  let from = 0;
  for (const [index, part] of texts.map(plain).entries()) {
    if (part === '') continue;
    const at = said.indexOf(` ${part} `, from);
    if (at < 0 || (index === 0 && at > 0)) return false;
    from = at + part.length + 1;
  }
  return true;
}

/** Characters at the beginning of a conversation in which words are looked for. */
const LONGEST_LOOK = 10_000;

function plain(text: string): string {
  const words = text
    .slice(0, LONGEST_LOOK)
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return words?.join(' ') ?? '';
}

type SaidSentence = DecidedSentence & { readonly text: string };

function sentencesOf(words: FirstWords | null): SaidSentence[] {
  const decided = WORDS_KINDS.map((kind: WordsKind) => words?.[kind] ?? null);
  return decided.filter((one): one is SaidSentence => one !== null && one.text !== null);
}
