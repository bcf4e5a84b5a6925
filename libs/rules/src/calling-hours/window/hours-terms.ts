import type { CallingWindow } from './calling-window.js';

/** What a campaign's owner has decided about when to call. */
export interface HoursTerms {
  readonly window: CallingWindow;
  /** YYYY-MM-DD, on the called person's calendar. */
  readonly blackoutDates: readonly string[];
  readonly skipsPublicHolidays: boolean;
  readonly usesRulePacks: boolean;
  /** A test campaign's: no hour is closed, wherever the number lies. */
  readonly isAlwaysOpen?: boolean;
}
