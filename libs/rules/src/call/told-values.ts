/**
 * Bounds of what outside parties tell (providers, models, a carrier) and that becomes a time or a pause of Outdial's.
 * A value that lies beyond them is an error of theirs, and counts as not told.
 */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** The longest pause that a provider that throttles may ask for by itself. */
export const LONGEST_THROTTLE_SECONDS = 15 * MINUTE_SECONDS;

/** The longest pause after a refusal, those that Outdial has set for a provider's daily limit included. */
export const LONGEST_PAUSE_SECONDS = HOUR_SECONDS;

/** Twilio ends a call after 24 hours; no campaign allows more than two. */
export const LONGEST_CALL_SECONDS = DAY_SECONDS;

export const LATEST_CALLBACK_DAYS = 366;

/** A call-back is asked for during a talk and told at its end: the time may have come meanwhile. */
const LONGEST_TALK_SECONDS = 2 * HOUR_SECONDS;

/** Clocks of others may be wrong by their time zone, and by no more. */
const MOST_CLOCK_ERROR_SECONDS = DAY_SECONDS;

/** Nothing is asked of calls that are older. */
const OLDEST_NEWS_SECONDS = 366 * DAY_SECONDS;

/** A call that has just begun may seem to begin in the future: two clocks of one provider differ. */
const MOST_HURRY_SECONDS = 60;

/** A pause in seconds; a longer one is cut. @returns undefined for what is none. */
export function toldPause(seconds: unknown, longest = LONGEST_PAUSE_SECONDS): number | undefined {
  return isNumber(seconds) && seconds >= 0 ? Math.min(seconds, longest) : undefined;
}

/** The age or the length of a call in seconds. @returns undefined for what no call can have. */
export function toldCallSeconds(seconds: unknown): number | undefined {
  if (!isNumber(seconds) || seconds < -MOST_HURRY_SECONDS || seconds > LONGEST_CALL_SECONDS) return undefined;
  return Math.max(0, seconds);
}

/**
 * When something has happened, as told; undefined for a time that is none, or lies more than a year back or a day
 * ahead.
 */
export function toldTime(time: Date | undefined, now: Date): Date | undefined {
  const ahead = secondsBetween(now, time);
  return ahead <= MOST_CLOCK_ERROR_SECONDS && ahead >= -OLDEST_NEWS_SECONDS ? time : undefined;
}

/**
 * When a person wants to be called again.
 * @param endedAt of the talk. A call-back long before it, or more than a year after it, is one of which a model got the
 * day wrong.
 */
export function toldCallback(callbackAt: Date | undefined, endedAt: Date): Date | undefined {
  const ahead = secondsBetween(endedAt, callbackAt);
  return ahead >= -LONGEST_TALK_SECONDS && ahead <= LATEST_CALLBACK_DAYS * DAY_SECONDS ? callbackAt : undefined;
}

/** NaN where there is no time. */
function secondsBetween(from: Date, to: Date | undefined): number {
  return to instanceof Date ? (to.getTime() - from.getTime()) / 1000 : Number.NaN;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
