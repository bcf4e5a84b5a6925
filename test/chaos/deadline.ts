/**
 * A signal that is aborted after `ms`, or with `outer`. Not `AbortSignal.any` with `AbortSignal.timeout`: Node 20 may
 * collect the timeout as garbage, and then it never comes.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly outer: AbortSignal,
    ms: number,
  ) {
    this.timer = setTimeout(this.abort, ms);
    outer.addEventListener('abort', this.abort, { once: true });
    if (outer.aborted) this.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.abort);
  }

  private readonly abort = (): void => {
    this.clear();
    this.controller.abort();
  };
}
