import type { FirstWords } from '../first-words/first-words.js';
import type { AskedWords } from '../first-words/lacking-words.js';

/** Grounds of a campaign's opening hours in an area. */
export interface HoursGrounds {
  readonly zones: readonly string[];
  /** Rule packs that were applied, each with its version; empty if the tenant has switched them off. */
  readonly packs: readonly string[];
  /** Packs that require a sentence first; missing in calls of versions that did not record them. */
  readonly asks?: AskedWords;
}

/** Decision that is stored with each call of a test campaign, where few gates apply. Times are ISO 8601. */
export interface TestCallDecision {
  readonly decided_at: string;
  readonly is_test: true;
  /** Time at which the number was not on the do-not-call list of the test world. */
  readonly dnc_checked_at: string;
  readonly first_words: FirstWords;
}

/**
 * Decision that is stored with each call: what the gates looked at when it was committed. Caller ids and the operator's
 * limits stand in other columns of the call. Times are ISO 8601.
 */
export interface LiveCallDecision {
  readonly is_test?: undefined;
  readonly decided_at: string;
  readonly hours: HoursGrounds & { readonly opened_at: string; readonly closes_at: string };
  /** Judgement of the number by its digits (`NumberJudgement`); missing in calls of versions that did not record it. */
  readonly number?: { readonly country: string | null; readonly kind: string };
  /** True if the tenant has switched the rule packs off. */
  readonly rule_packs_off: boolean;
  /** Time at which the number was not on the tenant's do-not-call list. */
  readonly dnc_checked_at: string;
  /** Consent that permits the call; null if the campaign requires none. */
  readonly consent_id: string | null;
  /** Least seconds since the last call to the number, and the time of that call. */
  readonly gap: { readonly seconds: number; readonly last_called_at: string | null };
  /** Calls to the number within the days of the cap before this one; null without a cap. */
  readonly cap: { readonly attempts: number; readonly days: number; readonly calls: number } | null;
  /** Words said before anything else; missing in calls of versions without first words. */
  readonly first_words?: FirstWords;
}

export type CallDecision = LiveCallDecision | TestCallDecision;
