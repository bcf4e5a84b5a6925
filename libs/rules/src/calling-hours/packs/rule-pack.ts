import type { WordsKind } from '../../first-words/sentences.js';
import { DAYS, type Day } from '../window/calling-window.js';

/** The hours in which a jurisdiction lets people be called, and what it wants to be said first, as data. */
export interface RulePack {
  readonly id: string;
  /** ISO 3166-1 or 3166-2. */
  readonly jurisdiction: string;
  /** Goes up with each change, so that a recorded verdict says which rules it was given by. */
  readonly version: string;
  /** YYYY-MM-DD: the rule's first day; 2020-01-01 for rules that are older than that. */
  readonly effective_from: string;
  readonly checked_on: string;
  readonly source: string;
  /** First and last time of day, HH:MM; null: no calls. */
  readonly hours: Readonly<Record<Day, DayHours>>;
  readonly closed_on_public_holidays: boolean;
  /** Sentences that a call has to begin with. */
  readonly words: readonly RequiredWords[];
}

/** A sentence that the law of a place asks for, and where it does. */
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

/** The same hours on all days, but for the exceptions. */
export function weekOf(usual: DayHours, exceptions: Partial<Record<Day, DayHours>> = {}): RulePack['hours'] {
  return { ...(Object.fromEntries(DAYS.map((day) => [day, usual])) as Record<Day, DayHours>), ...exceptions };
}
