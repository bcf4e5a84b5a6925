import { Automaton, type StepCount } from './automaton.js';
import type { OptOutRules } from './rules/language-rules.js';
import { parsePattern, type Pattern } from './pattern.js';
import { clausesOf } from './plain-clauses.js';

type Words = readonly string[];

/**
 * Finds an opt-out by the rules of one language: a wish that ends its clause without a reversal before it. A speaker
 * who asks to be called at another time does not opt out.
 */
export class OptOutReader {
  /** Automaton that reads backward: a wish and the words that may follow it end with the clause. */
  private readonly wishes: Automaton;
  private readonly befores: readonly (Automaton | null)[];
  private readonly reversals: Automaton;
  private readonly asides: Automaton;
  private readonly asidesBackward: Automaton;
  private readonly later: Automaton;

  /** Compiles the rules. @throws PatternError for a rule that cannot be read. */
  constructor(rules: OptOutRules) {
    const endings: Pattern = { kind: 'repeated', part: either(rules.endings) };
    const wishes = rules.wishes.map((wish) => (typeof wish === 'string' ? { say: wish, notAfter: null } : wish));
    this.wishes = new Automaton(
      wishes.map(({ say }) => ({ kind: 'sequence', parts: [parsePattern(say), endings] })),
      'backward',
    );
    this.befores = wishes.map(({ notAfter }) =>
      notAfter === null ? null : new Automaton([parsePattern(notAfter)], 'forward'),
    );
    this.reversals = new Automaton([either(rules.reversals)], 'forward');
    this.asides = new Automaton([either(rules.asides)], 'forward');
    this.asidesBackward = new Automaton([either(rules.asides)], 'backward');
    this.later = new Automaton([either(rules.later)], 'forward');
  }

  isOptOut(text: string, count: StepCount): boolean {
    const clauses = clausesOf(text).map((clause) => clause.split(' '));
    return !isIn(this.later, clauses.flat(), count) && clauses.some((words) => this.isWish(words, count));
  }

  private isWish(words: Words, count: StepCount): boolean {
    const starts = new Set(this.startsOfWishes(words, count));
    return [...starts].some((start) => !this.isReversed(words.slice(0, start), count));
  }

  /** Returns the number of words before each wish: for each rule, its first match. */
  private startsOfWishes(words: Words, count: StepCount): number[] {
    const starts = new Map<number, number[]>();
    for (const { pattern: wish, end } of this.wishes.search({ words, isAnchored: true, count })) {
      const places = starts.get(wish) ?? [];
      places.push(words.length - end);
      starts.set(wish, places);
    }
    return [...starts].flatMap(([wish, places]) => {
      const forbidden = this.endsOfBefore(wish, words, count);
      return places.filter((place) => !forbidden.has(place)).slice(-1);
    });
  }

  private endsOfBefore(wish: number, words: Words, count: StepCount): ReadonlySet<number> {
    const matches = this.befores[wish]?.search({ words, isAnchored: false, count }) ?? [];
    return new Set(matches.map(({ end }) => end));
  }

  /** True if words before a wish reverse it, the first aside excluded. */
  private isReversed(before: Words, count: StepCount): boolean {
    const aside = this.firstAside(before, count);
    const parts = aside ? [before.slice(0, aside.from), before.slice(aside.to)] : [before];
    return parts.some((words) => isIn(this.reversals, words, count));
  }

  private firstAside(words: Words, count: StepCount): { from: number; to: number } | null {
    const longest = this.asidesBackward.search({ words, isAnchored: false, count }).at(-1);
    if (!longest) return null;
    const from = words.length - longest.end;
    const aside = this.asides.search({ words: words.slice(from), isAnchored: true, count }).at(-1);
    return { from, to: from + (aside?.end ?? 0) };
  }
}

function either(patterns: readonly string[]): Pattern {
  return { kind: 'either', parts: patterns.map(parsePattern) };
}

function isIn(automaton: Automaton, words: Words, count: StepCount): boolean {
  return automaton.search({ words, isAnchored: false, count }).length > 0;
}
