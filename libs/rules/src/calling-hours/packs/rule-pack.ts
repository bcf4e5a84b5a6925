import type { WordsKind } from '../../first-words/sentences.js';
import { DAYS, type Day } from '../window/calling-window.js';

/** Hours in which a jurisdiction allows calls, and the sentences that it requires first, as data. */
export interface RulePack {
  readonly id: string;
  /** ISO 3166-1 or 3166-2. */
  readonly jurisdiction: string;
  /** Rises with each change, so that a stored verdict names the rules that gave it. */
  readonly version: string;
  /** YYYY-MM-DD: the rule's first day; 2020-01-01 for rules that are older than that. */
  readonly effective_from: string;
  readonly checked_on: string;
  readonly source: string;
  /** First and last time of day, HH:MM; null: no calls. */
  readonly hours: Readonly<Record<Day, DayHours>>;
  readonly closed_on_public_holidays: boolean;
  /** Sentences with which a call must begin. */
  readonly words: readonly RequiredWords[];
}

/** A sentence that the law of an area requires, with its source. */
export interface RequiredWords {
  readonly kind: WordsKind;
  readonly source: string;
  /** YYYY-MM-DD: the rule's first day; 2020-01-01 for rules that are older than that. */
  readonly effective_from: string;
  readonly checked_on: string;
}

export type DayHours = readonly [from: string, to: string] | null;

/** Hours of a pack that limits none. */
export const ANY_HOUR: DayHours = ['00:00', '24:00'];

/** Returns equal hours for all days, except for those in `exceptions`. */
export function weekOf(usual: DayHours, exceptions: Partial<Record<Day, DayHours>> = {}): RulePack['hours'] {
  return { ...(Object.fromEntries(DAYS.map((day) => [day, usual])) as Record<Day, DayHours>), ...exceptions };
}
