import { DateTime } from 'luxon';
import { LONGEST_THROTTLE_SECONDS } from '../call/told-values.js';

/** Headers of a response, with names in lower case, as Node's `http` gives them. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Characters that are read: more than any date or number of seconds with a comment has. */
const LONGEST_HEADER = 200;

/**
 * Seconds: RFC 9110 (10.2.3) wants them whole, and some servers send fractions. SIP allows a comment and parameters
 * behind them (RFC 3261, 20.33): `120 (in a meeting);duration=60`.
 */
const SECONDS = /^(\d+(?:\.\d+)?)\s*(?:$|[;(])/;

/**
 * Reads the `Retry-After` of a response: seconds from its arrival, from 0 to 15 minutes. A date counts from the
 * response's own `Date` if there is one. A wrong clock at either end then does not matter.
 * @param now our own clock, for a response without a `Date`.
 * @returns undefined if the header is missing, or is neither a date nor seconds.
 */
export function retryAfterSeconds(headers: AnswerHeaders, now: Date): number | undefined {
  const text = headerText(headers, 'retry-after');
  const seconds = SECONDS.exec(text)?.[1];
  const asked = seconds === undefined ? secondsUntil(httpTime(text), headers, now) : Number(seconds);
  return asked === undefined ? undefined : Math.min(Math.max(0, asked), LONGEST_THROTTLE_SECONDS);
}

/** Reads a time in any of the three forms of HTTP (RFC 9110, 5.6.7); undefined for anything else. */
export function httpTime(text: string): Date | undefined {
  const time = DateTime.fromHTTP(text.slice(0, LONGEST_HEADER).trim());
  return time.isValid ? time.toJSDate() : undefined;
}

function secondsUntil(time: Date | undefined, headers: AnswerHeaders, now: Date): number | undefined {
  if (!time) return undefined;
  const toldAt = httpTime(headerText(headers, 'date')) ?? now;
  return (time.getTime() - toldAt.getTime()) / 1000;
}

function headerText(headers: AnswerHeaders, name: string): string {
  const value = headers[name];
  const text = typeof value === 'string' ? value : (value?.[0] ?? '');
  return text.slice(0, LONGEST_HEADER).trim();
}
