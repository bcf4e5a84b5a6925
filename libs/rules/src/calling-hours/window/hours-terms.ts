import type { CallingWindow } from './calling-window.js';

/** Terms of a campaign about when to call. */
export interface HoursTerms {
  readonly window: CallingWindow;
  /** YYYY-MM-DD, on the called person's calendar. */
  readonly blackoutDates: readonly string[];
  readonly skipsPublicHolidays: boolean;
  readonly usesRulePacks: boolean;
  /** True for a test campaign: it may call at any hour, wherever the number lies. */
  readonly isAlwaysOpen?: boolean;
}
