import type { FirstWords } from '../first-words/first-words.js';
import type { AskedWords } from '../first-words/lacking-words.js';

/** What a campaign's opening hours for a place hang on. */
export interface HoursGrounds {
  readonly zones: readonly string[];
  /** Rule packs that had a say, each with its version; empty when the tenant has switched them off. */
  readonly packs: readonly string[];
  /** Packs that want a sentence to be said first; missing in calls of versions that did not ask. */
  readonly asks?: AskedWords;
}

/** Stored with each call of a test campaign: few gates are asked there. Times are ISO 8601. */
export interface TestCallDecision {
  readonly decided_at: string;
  readonly is_test: true;
  /** The number was not on the list of the test world at this time. */
  readonly dnc_checked_at: string;
  readonly first_words: FirstWords;
}

/** Stored with each call: every gate's verdict at the moment of the commit. Times are ISO 8601. */
export interface LiveCallDecision {
  readonly is_test?: undefined;
  readonly decided_at: string;
  readonly hours: HoursGrounds & { readonly opened_at: string; readonly closes_at: string };
  /** Judgement of the number by its digits (`NumberJudgement`); missing in calls of versions that did not ask. */
  readonly number?: { readonly country: string | null; readonly kind: string };
  /** The tenant has switched the rule packs off. */
  readonly rule_packs_off: boolean;
  /** The number was not on the tenant's list at this time. */
  readonly dnc_checked_at: string;
  /** The consent it rests on; null where the campaign requires none. */
  readonly consent_id: string | null;
  /** Least seconds since the last call to the number, and when that was. */
  readonly gap: { readonly seconds: number; readonly last_called_at: string | null };
  /** Calls to the number in the days of the cap before this one; null without a cap. */
  readonly cap: { readonly attempts: number; readonly days: number; readonly calls: number } | null;
  /** Words said before anything else; missing in calls of versions that had none. */
  readonly first_words?: FirstWords;
}

export type CallDecision = LiveCallDecision | TestCallDecision;
