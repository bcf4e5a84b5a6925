import type { PlaceCallResult } from '../port/telephony-provider.js';
import { JsonObject } from './json-object.js';

type Fault = Extract<PlaceCallResult, { kind: 'rejected' }>['fault'];

export interface Rejection {
  readonly fault: Fault;
  /** Words of Vapi, which has no codes. */
  readonly code: string;
  /** Pause before the next attempt if Vapi names none; undefined: the usual one. */
  readonly pauseSeconds?: number;
}

/** Faults by status. 404: the caller id, or the API's address, does not exist. */
const STATUS_FAULTS: Readonly<Record<number, Fault>> = {
  401: 'account',
  402: 'account',
  403: 'account',
  404: 'account',
  429: 'throttle',
};

/** Pause after the daily limit: a number bought from Vapi may place about ten calls a day, counted in UTC. */
export const DAILY_LIMIT_PAUSE_SECONDS = 3_600;

interface Wording {
  readonly pattern: RegExp;
  readonly fault: Fault;
  readonly pauseSeconds?: number;
}

/**
 * Faults by the words of a 400. Vapi answers limits, missing credit and bad requests with it, and only the words
 * differ. The first that matches counts. A complaint about a field begins with the field's name.
 */
const WORDINGS: readonly Wording[] = [
  { pattern: /\btrial\b|\bunverified\b|\b(not|isn't) (a |yet )?verified\b/i, fault: 'account' },
  /**
   * The caller id cannot reach other countries, or not this one. The number is right, and other numbers of the campaign
   * may be reachable.
   */
  { pattern: /international|geo\w{0,20}[- ]permission/i, fault: 'retryable' },
  { pattern: /^customer\b|customer'?s? (phone )?number/i, fault: 'permanent' },
  { pattern: /daily outbound call limit/i, fault: 'throttle', pauseSeconds: DAILY_LIMIT_PAUSE_SECONDS },
  { pattern: /concurren|rate limit|too many/i, fault: 'throttle' },
  { pattern: /wallet|credit|balance|billing|subscription|payment|frozen|fraud|suspended/i, fault: 'account' },
  { pattern: /^(assistant|phoneNumber\w*|property|transport)\b|phone number|not found|api key/i, fault: 'account' },
];

const LONGEST_CODE = 200;

/** Limit of the texts that are read, as an answer may have any length. */
const MOST_WORDINGS = 20;
const LONGEST_WORDING = 500;

/**
 * Returns the fault of a rejection. An unknown one counts against this attempt alone, so that one number cannot stop a
 * campaign.
 */
export function rejectionOf(status: number, body: Buffer): Rejection {
  const words = wordsOf(JsonObject.parse(body.toString()));
  const wording = WORDINGS.find(({ pattern }) => words.some((text) => pattern.test(text)));
  return {
    fault: STATUS_FAULTS[status] ?? wording?.fault ?? 'retryable',
    code: words.length === 0 ? `HTTP ${status}` : withoutNumbers(words.join('; ')).slice(0, LONGEST_CODE),
    pauseSeconds: wording?.pauseSeconds,
  };
}

/** Returns the texts of an answer: one, or a list of what is wrong with the request. */
function wordsOf(content: JsonObject): string[] {
  const one = content.text('message');
  const all = one === undefined ? content.list('message').slice(0, MOST_WORDINGS) : [one];
  const texts = all.filter((text): text is string => typeof text === 'string' && text !== '');
  return texts.map((text) => text.slice(0, LONGEST_WORDING));
}

/** Seven digits or more, however they are separated. */
const NUMBER = /\+?\(?\d(?:[\s()./\p{Pd}]{0,3}\d){6,}/gu;

/** Removes phone numbers: rejections are kept longer than personal data. */
function withoutNumbers(text: string): string {
  return text.replaceAll(NUMBER, '…');
}
