/** A lead whose number is in a call of another campaign is looked at again after this long; no attempt is used. */
export const NUMBER_BUSY_PAUSE_SECONDS = 30;
