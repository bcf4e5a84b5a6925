/**
 * 4xx statuses that leave open whether the phone rings. 408 and 499: a server gave up waiting for an answer. 409: such
 * a call exists already, which may be this one. 425: the request may have been repeated on its way.
 */
const UNDECIDED: ReadonlySet<number> = new Set([408, 409, 425, 499]);

/** Tells if an answer to a create request proves that no phone rings. A redirect and a 5xx prove nothing. */
export function isRejection(status: number): boolean {
  return status >= 400 && status < 500 && !UNDECIDED.has(status);
}
