import type { Judge } from '#agent/conclude.js';
import type { Speaker } from '#agent/speech.js';

/** The same model; whoever operates it hears of its failures, not of answers that nobody wanted any more. */
export function reporting(model: Speaker & Judge, report: (error: unknown) => void): Speaker & Judge {
  return {
    async *stream(messages, signal) {
      try {
        yield* model.stream(messages, signal);
      } catch (error) {
        if (!signal.aborted) report(error);
        throw error;
      }
    },
    async ask(messages, jsonSchema, signal) {
      try {
        return await model.ask(messages, jsonSchema, signal);
      } catch (error) {
        report(error);
        throw error;
      }
    },
  };
}
