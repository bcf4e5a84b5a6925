/**
 * Gives a request up when it keeps us waiting too long, for its next sign of life or as a whole; or when the caller
 * does.
 */
export class Patience {
  private readonly lost = new AbortController();
  private readonly whole: NodeJS.Timeout;
  private next: NodeJS.Timeout | undefined;
  /** For the request. */
  readonly signal: AbortSignal;

  constructor(
    private readonly caller: AbortSignal,
    wholeMs: number,
  ) {
    this.signal = AbortSignal.any([caller, this.lost.signal]);
    this.whole = setTimeout(() => this.lost.abort(), wholeMs);
  }

  expectWithin(milliseconds: number): void {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.lost.abort(), milliseconds);
  }

  /** While it is not the other side that we wait for. */
  rest(): void {
    clearTimeout(this.next);
  }

  get isLost(): boolean {
    return this.lost.signal.aborted;
  }

  get isCallerGone(): boolean {
    return this.caller.aborted;
  }

  /** Also ends the request, should it still be under way. */
  end(): void {
    clearTimeout(this.whole);
    clearTimeout(this.next);
    this.lost.abort();
  }
}
