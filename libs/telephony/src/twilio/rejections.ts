import type { PlaceCallResult } from '../port/telephony-provider.js';

type Fault = Extract<PlaceCallResult, { kind: 'rejected' }>['fault'];

/** https://www.twilio.com/docs/api/errors, for what `POST Calls` may answer. */
const CODES: Readonly<Record<Fault, readonly number[]>> = {
  /** No, a wrong or an unreachable number; one on a blocked list. */
  permanent: [13223, 13224, 13225, 13226, 21201, 21203, 21211, 21214, 21216, 21217],
  /**
   * A country that is not enabled for the account: the number is right and may be called once it is, and one of them
   * must not stop the others.
   */
  retryable: [13227, 21215],
  /** Requests or calls at once, and a queue of more than a day at the account's calls per second. */
  throttle: [10004, 20429, 22005, 64109],
  /**
   * Credentials, a closed or a trial account, one that may not call; a caller id that is not ours; a callback address
   * that Twilio does not take.
   */
  account: [
    10001, 10002, 10005, 20003, 20005, 20006, 20008, 20404, 21205, 21210, 21212, 21213, 21218, 21219, 21223, 573005,
  ],
};

const FAULTS = new Map(
  Object.entries(CODES).flatMap(([fault, codes]) => codes.map((code) => [code, fault as Fault] as const)),
);

/** Statuses that say enough where the code says nothing. 404: there is no such account. */
const STATUS_FAULTS: Readonly<Record<number, Fault>> = {
  401: 'account',
  403: 'account',
  404: 'account',
  429: 'throttle',
};

const QUEUE_FULL = 22005;
const QUEUE_FULL_PAUSE_SECONDS = 600;

/**
 * Whose fault a refusal is. What is not in the table counts against this attempt alone: one number must not stop a
 * campaign.
 */
export function faultOf(status: number, code: number | null): Fault {
  return (code === null ? undefined : FAULTS.get(code)) ?? STATUS_FAULTS[status] ?? 'retryable';
}

/** Where Twilio does not say when to ask again; undefined: as usual. */
export function pauseSecondsOf(code: number | null): number | undefined {
  return code === QUEUE_FULL ? QUEUE_FULL_PAUSE_SECONDS : undefined;
}
