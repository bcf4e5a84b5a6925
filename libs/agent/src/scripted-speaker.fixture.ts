import type { ChatMessage } from './chat-model.js';
import type { Speaker } from './speech.js';

/** Model that answers as a test tells it, piece by piece. */
export class ScriptedSpeaker implements Speaker {
  /** Answers, one per request. */
  readonly answers: ScriptedAnswer[] = [];

  stream(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<string> {
    const answer = new ScriptedAnswer(messages, signal);
    this.answers.push(answer);
    return answer;
  }

  /** Latest answer. */
  get answer(): ScriptedAnswer {
    const latest = this.answers.at(-1);
    if (!latest) throw new Error('nobody has asked');
    return latest;
  }
}

type Step = string | Error | null;

export class ScriptedAnswer implements AsyncIterable<string> {
  /** True while the answer has neither ended nor been canceled. */
  isUnderWay = true;
  private readonly steps: Step[] = [];
  private wake: () => void = () => undefined;

  constructor(
    readonly messages: readonly ChatMessage[],
    readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.fail(), { once: true });
  }

  say(...pieces: string[]): Promise<void> {
    return this.go(...pieces);
  }

  finish(...pieces: string[]): Promise<void> {
    return this.go(...pieces, null);
  }

  fail(): Promise<void> {
    return this.go(new Error('the model is gone'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      yield* this.pieces();
    } finally {
      this.isUnderWay = false;
    }
  }

  private async *pieces(): AsyncGenerator<string> {
    for (;;) {
      const step = this.steps.shift();
      if (step === undefined) await new Promise<void>((resolve) => (this.wake = resolve));
      else if (step === null) return;
      else if (typeof step === 'string') yield step;
      else throw step;
    }
  }

  /** Resolves when the listener has processed the steps. */
  private async go(...steps: Step[]): Promise<void> {
    this.steps.push(...steps);
    this.wake();
    await settled();
  }
}

/** Resolves when everything that follows at once has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
