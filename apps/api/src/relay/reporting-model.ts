import type { Speaker } from '#agent/speech.js';

/** Wraps a model so that its failures are reported to the operator. Answers that were cut off are not failures. */
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
