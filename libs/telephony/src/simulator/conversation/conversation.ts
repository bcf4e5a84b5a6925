import type { ConversationTurn } from '#rules/call/call-report.js';
import type { Outcome } from '#rules/call/outcome.js';
import { pickOne, shuffled, type RandomNumbers } from '#rules/values/seeded-random.js';
import { EXCHANGES } from './conversation-exchanges.js';
import type { Turn } from './conversation-turn.js';
import { DEFAULT_PURPOSES } from './conversation-openings.js';
import { plotTurns } from './conversation-plots.js';
import { purposeOf } from './purpose.js';

/** Instructions that the agent got before the call. */
export interface Briefing {
  readonly firstMessage: string | null;
  readonly systemPrompt: string;
  readonly firstName: string | null;
}

export const NO_BRIEFING: Briefing = { firstMessage: null, systemPrompt: '', firstName: null };

export interface Plot {
  readonly outcome: Outcome;
  /** True: the connection broke before the goodbye. */
  readonly isCutShort: boolean;
  readonly durationSeconds: number;
}

/**
 * Writes 4 to 14 turns that lead to the plot's outcome, all within its duration. The briefing changes the words, never
 * the order of the speakers. A process that no longer knows the briefing thus tells the same course.
 */
export function conversation(plot: Plot, briefing: Briefing, random: RandomNumbers): ConversationTurn[] {
  const turns = withoutGoodbye(plot, turnsOf(plot, random));
  const texts = textsOf(turns, briefing, random);
  const starts = startsOf(turns.length, plot.durationSeconds, random);
  return turns.map(({ role }, index) => ({ role, text: texts[index] ?? '', seconds_from_start: starts[index] ?? 0 }));
}

const LEAST_TURNS = 4;
const MOST_EXCHANGES = 4;
const SECONDS_PER_EXCHANGE = 5;

/** Seconds that greeting and goodbye take. */
const SECONDS_OF_COURTESY = 6;

function turnsOf({ outcome, durationSeconds }: Plot, random: RandomNumbers): Turn[] {
  const { opening, closing, hasSmallTalk } = plotTurns(outcome);
  const mostExchanges = Math.floor((durationSeconds - SECONDS_OF_COURTESY) / SECONDS_PER_EXCHANGE);
  const exchanges = hasSmallTalk ? Math.min(MOST_EXCHANGES, Math.max(0, mostExchanges)) : 0;
  const middle = exchanges > 0 ? shuffled(random, EXCHANGES).slice(0, exchanges).flat() : [];
  return [...opening, ...middle, ...closing];
}

function withoutGoodbye({ isCutShort }: Plot, turns: Turn[]): Turn[] {
  return isCutShort && turns.length > LEAST_TURNS ? turns.slice(0, -1) : turns;
}

function textsOf(turns: readonly Turn[], briefing: Briefing, random: RandomNumbers): string[] {
  const words = wordsOf(briefing, random);
  const texts = turns.map((turn) => filled(pickOne(random, turn.texts), words));
  const greeting = turns.findIndex(({ role }) => role === 'agent');
  return briefing.firstMessage ? texts.with(greeting, briefing.firstMessage) : texts;
}

type Words = Readonly<Record<string, string>>;

function wordsOf({ systemPrompt, firstName }: Briefing, random: RandomNumbers): Words {
  const usualPurpose = pickOne(random, DEFAULT_PURPOSES);
  return {
    name: firstName ? ` ${firstName}` : '',
    of: firstName ? ` of ${firstName}` : '',
    purpose: purposeOf(systemPrompt) ?? usualPurpose,
  };
}

/** Replaces all placeholders in one pass, so that braces in a name or a prompt are never replaced. */
function filled(text: string, words: Words): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, word: string) => words[word] ?? placeholder);
}

/**
 * Returns the start of each turn in ascending order, to a tenth of a second. The first is 0; none lies after the end.
 */
function startsOf(turns: number, durationSeconds: number, random: RandomNumbers): number[] {
  const lengths = Array.from({ length: turns }, () => 0.5 + random());
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let spoken = 0;
  return lengths.map((length) => {
    const startSeconds = (spoken / total) * durationSeconds;
    spoken += length;
    return Math.floor(startSeconds * 10) / 10;
  });
}
