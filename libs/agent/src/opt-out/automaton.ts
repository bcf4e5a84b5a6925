import { passes, type Pattern, type WordTest } from './pattern.js';

/** Counts the steps of a search, so that a test can compare them with the length of the text. */
export interface StepCount {
  steps: number;
}

export type Direction = 'forward' | 'backward';

/** State that waits for a word, forks to other states, or reports that the pattern with this number was found. */
type State =
  | { readonly kind: 'word'; readonly test: WordTest; readonly next: number }
  | { readonly kind: 'fork'; next: readonly number[] }
  | { readonly kind: 'found'; readonly pattern: number };

interface Search {
  readonly words: readonly string[];
  /** True if only matches count that begin at the first word (backward: at the last one). */
  readonly isAnchored: boolean;
  readonly count: StepCount;
}

/** A pattern that was found. */
export interface Match {
  /** Its number in the list of patterns. */
  readonly pattern: number;
  /** Number of words from the first one to the end. Backward, from the last one to the beginning of the match. */
  readonly end: number;
}

/**
 * Searches words for several patterns at once. It follows all ways through the patterns at the same time and never goes
 * back. Each word therefore costs at most one step per state (Thompson, "Regular expression search algorithm", CACM
 * 11/6, 1968).
 */
export class Automaton {
  private readonly states: State[] = [];
  private readonly first: number;
  /** Turn in which each state was last reached. */
  private readonly reachedIn: Uint32Array;
  private turn = 0;

  constructor(
    patterns: readonly Pattern[],
    private readonly direction: Direction,
  ) {
    this.first = this.add({
      kind: 'fork',
      next: patterns.map((pattern, index) => this.build(pattern, this.add({ kind: 'found', pattern: index }))),
    });
    this.reachedIn = new Uint32Array(this.states.length);
  }

  get size(): number {
    return this.states.length;
  }

  /**
   * Finds patterns in words.
   * @returns the matches, by rising ends.
   */
  search({ words, isAnchored, count }: Search): Match[] {
    const matches: Match[] = [];
    let waiting: number[] = [];
    for (let at = 0; at <= words.length; at++) {
      this.turn += 1;
      const reached: number[] = [];
      const found = (pattern: number) => void matches.push({ pattern, end: at });
      const reach = (state: number) => this.reach(state, { reached, count, found });
      if (at > 0)
        this.read(words[this.direction === 'forward' ? at - 1 : words.length - at]!, waiting, { count, reach });
      if (at === 0 || !isAnchored) reach(this.first);
      waiting = reached;
      if (waiting.length === 0 && isAnchored) break;
    }
    return matches;
  }

  private read(
    word: string,
    waiting: readonly number[],
    { count, reach }: { count: StepCount; reach: (state: number) => void },
  ): void {
    for (const index of waiting) {
      const state = this.states[index]!;
      count.steps += 1;
      if (state.kind === 'word' && passes(state.test, word)) reach(state.next);
    }
  }

  /** Follows forks to states that wait for a word, each once per turn. */
  private reach(
    from: number,
    { reached, count, found }: { reached: number[]; count: StepCount; found: (pattern: number) => void },
  ): void {
    const open = [from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.reachedIn[index] === this.turn) continue;
      this.reachedIn[index] = this.turn;
      count.steps += 1;
      const state = this.states[index]!;
      if (state.kind === 'word') reached.push(index);
      else if (state.kind === 'found') found(state.pattern);
      else open.push(...state.next);
    }
  }

  /** Adds the states of a pattern that leads to `next`. @returns its first state. */
  private build(pattern: Pattern, next: number): number {
    switch (pattern.kind) {
      case 'word':
        return this.add({ kind: 'word', test: pattern.test, next });
      case 'sequence':
        return this.buildAll(pattern.parts, next);
      case 'either':
        return this.add({ kind: 'fork', next: pattern.parts.map((part) => this.build(part, next)) });
      case 'repeated': {
        const fork = { kind: 'fork' as const, next: [next] };
        const at = this.add(fork);
        fork.next = [next, this.build(pattern.part, at)];
        return at;
      }
    }
  }

  private buildAll(parts: readonly Pattern[], next: number): number {
    const inOrder = this.direction === 'forward' ? parts.toReversed() : parts;
    return inOrder.reduce((after, part) => this.build(part, after), next);
  }

  private add(state: State): number {
    return this.states.push(state) - 1;
  }
}
