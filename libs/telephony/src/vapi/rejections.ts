import type { PlaceCallResult } from '../port/telephony-provider.js';
import { JsonObject } from './json-object.js';

type Fault = Extract<PlaceCallResult, { kind: 'rejected' }>['fault'];

export interface Refusal {
  readonly fault: Fault;
  /** Vapi's own words; it has no codes. */
  readonly code: string;
  /** Where Vapi does not say when to ask again; undefined: as usual. */
  readonly pauseSeconds?: number;
}

/** 404: the number that calls, or the address of the API, is none. */
const STATUS_FAULTS: Readonly<Record<number, Fault>> = {
  401: 'account',
  402: 'account',
  403: 'account',
  404: 'account',
  429: 'throttle',
};

/** A number bought of Vapi may call some ten times a day, counted in UTC. */
export const DAILY_LIMIT_PAUSE_SECONDS = 3_600;

interface Wording {
  readonly pattern: RegExp;
  readonly fault: Fault;
  readonly pauseSeconds?: number;
}

/**
 * What Vapi says with a 400, which is its answer to limits, to missing credit and to bad requests alike. There is
 * nothing else to tell them by; the first that fits counts. A complaint about a field begins with the field's name.
 */
const WORDINGS: readonly Wording[] = [
  { pattern: /\btrial\b|\bunverified\b|\b(not|isn't) (a |yet )?verified\b/i, fault: 'account' },
  /**
   * The number that calls reaches no other country, or not this one: the one that is called is right, and others of the
   * campaign may be near.
   */
  { pattern: /international|geo\w{0,20}[- ]permission/i, fault: 'retryable' },
  { pattern: /^customer\b|customer'?s? (phone )?number/i, fault: 'permanent' },
  { pattern: /daily outbound call limit/i, fault: 'throttle', pauseSeconds: DAILY_LIMIT_PAUSE_SECONDS },
  { pattern: /concurren|rate limit|too many/i, fault: 'throttle' },
  { pattern: /wallet|credit|balance|billing|subscription|payment|frozen|fraud|suspended/i, fault: 'account' },
  { pattern: /^(assistant|phoneNumber\w*|property|transport)\b|phone number|not found|api key/i, fault: 'account' },
];

const LONGEST_CODE = 200;

/** The beginning of an answer, which may be of any length. */
const MOST_WORDINGS = 20;
const LONGEST_WORDING = 500;

/**
 * Whose fault a refusal is. What is not in the tables counts against this attempt alone: one number must not stop a
 * campaign.
 */
export function refusalOf(status: number, body: Buffer): Refusal {
  const words = wordsOf(JsonObject.parse(body.toString()));
  const wording = WORDINGS.find(({ pattern }) => words.some((text) => pattern.test(text)));
  return {
    fault: STATUS_FAULTS[status] ?? wording?.fault ?? 'retryable',
    code: words.length === 0 ? `HTTP ${status}` : withoutNumbers(words.join('; ')).slice(0, LONGEST_CODE),
    pauseSeconds: wording?.pauseSeconds,
  };
}

/** One text, or a list of what is wrong with the request. */
function wordsOf(content: JsonObject): string[] {
  const one = content.text('message');
  const all = one === undefined ? content.list('message').slice(0, MOST_WORDINGS) : [one];
  const texts = all.filter((text): text is string => typeof text === 'string' && text !== '');
  return texts.map((text) => text.slice(0, LONGEST_WORDING));
}

/** Seven digits or more, however they are set apart. */
const NUMBER = /\+?\(?\d(?:[\s()./\p{Pd}]{0,3}\d){6,}/gu;

/** Refusals are kept longer than what is known of a person. */
function withoutNumbers(text: string): string {
  return text.replaceAll(NUMBER, '…');
}
