/** Aborts a request when its next piece or the whole answer takes too long, or when the caller cancels. */
export class Patience {
  private readonly lost = new AbortController();
  private readonly whole: NodeJS.Timeout;
  private next: NodeJS.Timeout | undefined;
  /** Signal of the request. */
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

  /** Stops waiting for the next piece, while the other side is not the cause of the wait. */
  rest(): void {
    clearTimeout(this.next);
  }

  get isLost(): boolean {
    return this.lost.signal.aborted;
  }

  get isCallerGone(): boolean {
    return this.caller.aborted;
  }

  /** Ends the timers, and the request if it is still in progress. */
  end(): void {
    clearTimeout(this.whole);
    clearTimeout(this.next);
    this.lost.abort();
  }
}
