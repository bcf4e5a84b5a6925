/**
 * Bounds of times and pauses that outside parties report (providers, models, a carrier). A value beyond them is an
 * error of theirs, and is ignored.
 */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Longest pause that a throttling provider may request. */
export const LONGEST_THROTTLE_SECONDS = 15 * MINUTE_SECONDS;

/** Longest pause after a rejection, including the pauses that Outdial sets for a provider's daily limit. */
export const LONGEST_PAUSE_SECONDS = HOUR_SECONDS;

/** Longest call: Twilio ends one after 24 hours, and no campaign allows more than two. */
export const LONGEST_CALL_SECONDS = DAY_SECONDS;

export const LATEST_CALLBACK_DAYS = 366;

/** Longest talk. A call-back is requested during it and reported at its end, when its time may have passed. */
const LONGEST_TALK_SECONDS = 2 * HOUR_SECONDS;

/** Largest error of another party's clock: its time zone may be wrong. */
const MOST_CLOCK_ERROR_SECONDS = DAY_SECONDS;

/** Largest age of a report: older calls are not looked up. */
const OLDEST_NEWS_SECONDS = 366 * DAY_SECONDS;

/** Seconds by which a call may seem to begin in the future, because two clocks of one provider differ. */
const MOST_HURRY_SECONDS = 60;

/** Returns a pause in seconds, cut to `longest`; undefined for an invalid value. */
export function toldPause(seconds: unknown, longest = LONGEST_PAUSE_SECONDS): number | undefined {
  return isNumber(seconds) && seconds >= 0 ? Math.min(seconds, longest) : undefined;
}

/** Returns the age or the length of a call in seconds; undefined for a value that no call can have. */
export function toldCallSeconds(seconds: unknown): number | undefined {
  if (!isNumber(seconds) || seconds < -MOST_HURRY_SECONDS || seconds > LONGEST_CALL_SECONDS) return undefined;
  return Math.max(0, seconds);
}

/** Returns the reported time of an event. Undefined if it is invalid, over a year old or over a day ahead. */
export function toldTime(time: Date | undefined, now: Date): Date | undefined {
  const ahead = secondsBetween(now, time);
  return ahead <= MOST_CLOCK_ERROR_SECONDS && ahead >= -OLDEST_NEWS_SECONDS ? time : undefined;
}

/**
 * Returns the time at which a person wants to be called again.
 * @param endedAt end of the talk. A call-back long before it, or over a year after it, shows that a model got the day
 * wrong.
 */
export function toldCallback(callbackAt: Date | undefined, endedAt: Date): Date | undefined {
  const ahead = secondsBetween(endedAt, callbackAt);
  return ahead >= -LONGEST_TALK_SECONDS && ahead <= LATEST_CALLBACK_DAYS * DAY_SECONDS ? callbackAt : undefined;
}

/** Returns the seconds between two times; NaN if one is missing. */
function secondsBetween(from: Date, to: Date | undefined): number {
  return to instanceof Date ? (to.getTime() - from.getTime()) / 1000 : Number.NaN;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
