/** Timers of the simulator. Tests bring their own. */
export interface Timers {
  /**
   * Runs `run` once, later, and never before `after` has returned.
   * @returns a function that cancels it.
   */
  after(milliseconds: number, run: () => void): () => void;
}

/** System timers. A delay of 0 takes the next turn of the event loop; a timer would take a millisecond. */
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

/**
 * Waits for the delay or the signal. `Infinity` waits for the signal alone.
 * @returns false if the signal came first.
 */
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
