/**
 * Of the 4xx, those that say neither yes nor no: somebody gave up waiting for an answer (408, 499), there is one
 * already, which may be this very call (409), or the request may have been repeated on its way (425).
 */
const UNDECIDED: ReadonlySet<number> = new Set([408, 409, 425, 499]);

/** Whether an answer to a create request says that certainly nothing rings. A redirect and a 5xx do not. */
export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && !UNDECIDED.has(status);
}
