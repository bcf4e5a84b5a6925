/** Somebody asks too often: a 429 that says when to come back. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';

  constructor(readonly retryAfterSeconds: number) {
    super(`Too many requests: come back in ${retryAfterSeconds} s`);
  }
}
