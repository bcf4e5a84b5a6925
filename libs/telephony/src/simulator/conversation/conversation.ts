import type { ConversationTurn } from '#rules/call/call-report.js';
import type { Outcome } from '#rules/call/outcome.js';
import { pickOne, shuffled, type RandomNumbers } from '#rules/values/seeded-random.js';
import { EXCHANGES } from './conversation-exchanges.js';
import type { Line } from './conversation-turn.js';
import { DEFAULT_PURPOSES } from './conversation-openings.js';
import { plotLines } from './conversation-plots.js';
import { purposeOf } from './purpose.js';

/** What the agent was told before the call. */
export interface Briefing {
  readonly firstMessage: string | null;
  readonly systemPrompt: string;
  readonly firstName: string | null;
}

export const NO_BRIEFING: Briefing = { firstMessage: null, systemPrompt: '', firstName: null };

export interface Plot {
  readonly outcome: Outcome;
  /** The line went dead before the goodbye. */
  readonly isCutShort: boolean;
  readonly durationSeconds: number;
}

/**
 * 4 to 14 turns that come to the plot's outcome, all within its duration. The briefing changes what is said, never who
 * speaks when: a process that does not know it any more still tells the same course of events.
 */
export function conversation(plot: Plot, briefing: Briefing, random: RandomNumbers): ConversationTurn[] {
  const lines = withoutGoodbye(plot, linesOf(plot, random));
  const texts = textsOf(lines, briefing, random);
  const starts = startsOf(lines.length, plot.durationSeconds, random);
  return lines.map(({ role }, index) => ({ role, text: texts[index] ?? '', seconds_from_start: starts[index] ?? 0 }));
}

const LEAST_TURNS = 4;
const MOST_EXCHANGES = 4;
const SECONDS_PER_EXCHANGE = 5;

/** Time that greeting and goodbye take before there is room for anything between them. */
const SECONDS_OF_COURTESY = 6;

function linesOf({ outcome, durationSeconds }: Plot, random: RandomNumbers): Line[] {
  const { opening, closing, hasSmallTalk } = plotLines(outcome);
  const room = Math.floor((durationSeconds - SECONDS_OF_COURTESY) / SECONDS_PER_EXCHANGE);
  const exchanges = hasSmallTalk ? Math.min(MOST_EXCHANGES, Math.max(0, room)) : 0;
  const middle = exchanges > 0 ? shuffled(random, EXCHANGES).slice(0, exchanges).flat() : [];
  return [...opening, ...middle, ...closing];
}

function withoutGoodbye({ isCutShort }: Plot, lines: Line[]): Line[] {
  return isCutShort && lines.length > LEAST_TURNS ? lines.slice(0, -1) : lines;
}

function textsOf(lines: readonly Line[], briefing: Briefing, random: RandomNumbers): string[] {
  const words = wordsOf(briefing, random);
  const texts = lines.map((line) => filled(pickOne(random, line.texts), words));
  const greeting = lines.findIndex(({ role }) => role === 'agent');
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

/** In one pass: what a name or a prompt holds is never taken for a placeholder. */
function filled(text: string, words: Words): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, word: string) => words[word] ?? placeholder);
}

/** When each turn begins: in order, the first at once, to a tenth of a second, none after the end. */
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
