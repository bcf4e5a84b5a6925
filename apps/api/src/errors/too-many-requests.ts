/** Allowance of a limit, and how much of it is left (draft-ietf-httpapi-ratelimit-headers). */
export interface Allowance {
  readonly policy: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Signals that a limit is exceeded: a 429 that tells when the client may try again. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';

  /** @param allowance what was used up; null: nothing of the caller's own. */
  constructor(
    readonly retryAfterSeconds: number,
    readonly allowance: Allowance | null = null,
  ) {
    super(`Too many requests: come back in ${retryAfterSeconds} s`);
  }
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
export function rateLimitHeaders(allowance: Allowance): Readonly<Record<string, string>> {
  const { policy, limit, windowSeconds, remaining, resetSeconds } = allowance;
  return {
    'ratelimit-policy': `"${policy}";q=${limit};w=${windowSeconds}`,
    ratelimit: `"${policy}";r=${remaining};t=${resetSeconds}`,
  };
}
