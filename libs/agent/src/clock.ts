/** Clock and timer of a conversation; tests use their own. */
export interface Clock {
  /** Returns milliseconds since 1970. */
  now(): number;
  /** Runs an action once, later. @returns a function that cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
