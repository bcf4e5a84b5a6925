/** How to wait; tests bring their own. */
export interface Timers {
  /** Runs once, later; never before it has returned. @returns how to call it off. */
  after(milliseconds: number, run: () => void): () => void;
}

/** Waiting for nothing takes the next turn of the event loop, where a timer would take a millisecond. */
export const SYSTEM_TIMERS: Timers = {
  after(milliseconds, run) {
    if (milliseconds <= 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timeout = setTimeout(run, milliseconds);
    return () => clearTimeout(timeout);
  },
};

/** Resolves to false when the signal came first; `Infinity` waits for the signal alone. */
export async function wait(timers: Timers, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  if (milliseconds <= 0) return true;
  return new Promise((resolve) => {
    const callOff = milliseconds === Infinity ? () => undefined : timers.after(milliseconds, () => finish(true));
    const abort = () => finish(false);
    const finish = (isOver: boolean) => {
      callOff();
      signal.removeEventListener('abort', abort);
      resolve(isOver);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
