import type { PlaceCallResult } from '../port/telephony-provider.js';

type Fault = Extract<PlaceCallResult, { kind: 'rejected' }>['fault'];

/** Error codes of `POST Calls`: https://www.twilio.com/docs/api/errors */
const CODES: Readonly<Record<Fault, readonly number[]>> = {
  /** Missing, invalid or unreachable number; number on a block list. */
  permanent: [13223, 13224, 13225, 13226, 21201, 21203, 21211, 21214, 21216, 21217],
  /**
   * Country that is not enabled for the account. The number is right, and one of them must not stop the campaign's
   * other numbers.
   */
  retryable: [13227, 21215],
  /** Limit of requests or of calls at once; a queue of over a day at the account's calls per second. */
  throttle: [10004, 20429, 22005, 64109],
  /**
   * Credentials; a closed, trial or blocked account; a caller id of somebody else; a webhook address that Twilio
   * rejects.
   */
  account: [
    10001, 10002, 10005, 20003, 20005, 20006, 20008, 20404, 21205, 21210, 21212, 21213, 21218, 21219, 21223, 573005,
  ],
};

const FAULTS = new Map(
  Object.entries(CODES).flatMap(([fault, codes]) => codes.map((code) => [code, fault as Fault] as const)),
);

/** Faults by status for answers without a known code. 404: the account does not exist. */
const STATUS_FAULTS: Readonly<Record<number, Fault>> = {
  401: 'account',
  403: 'account',
  404: 'account',
  429: 'throttle',
};

const QUEUE_FULL = 22005;
const QUEUE_FULL_PAUSE_SECONDS = 600;

/**
 * Returns the fault of a rejection. An unknown one counts against this attempt alone, so that one number cannot stop a
 * campaign.
 */
export function faultOf(status: number, code: number | null): Fault {
  return (code === null ? undefined : FAULTS.get(code)) ?? STATUS_FAULTS[status] ?? 'retryable';
}

/** Returns the pause before the next attempt if Twilio names none; undefined: the usual pause. */
export function pauseSecondsOf(code: number | null): number | undefined {
  return code === QUEUE_FULL ? QUEUE_FULL_PAUSE_SECONDS : undefined;
}
