/** Seconds until a lead is retried whose number is in a call of another campaign; no attempt is used. */
export const NUMBER_BUSY_PAUSE_SECONDS = 30;
