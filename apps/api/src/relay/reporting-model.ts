import type { Speaker } from '#agent/speech.js';

/** The same model; whoever operates it hears of its failures, not of answers that nobody wanted any more. */
export function reporting(model: Speaker, report: (error: unknown) => void): Speaker {
  return {
    async *stream(messages, signal) {
      try {
        yield* model.stream(messages, signal);
      } catch (error) {
        if (!signal.aborted) report(error);
        throw error;
      }
    },
  };
}
