import type { ChatMessage } from './chat-model.js';
import { GoodbyeFilter } from './goodbye-mark.js';

/** Answers piece by piece, and may fail at any piece, as a `ChatModel` does. */
export interface Speaker {
  stream(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<string>;
}

/**
 * Ends of a speech. `goodbye`: the agent wants to end the call after it. `failed`: the model failed, even if nothing
 * was said.
 */
export type SpeechEnd = 'said' | 'goodbye' | 'failed';

/** Longest speech: about two minutes; a longer one of a confused model is cut off. */
const LONGEST_SPEECH = 2_000;

/** Answer of the agent that is being spoken. */
export class Speech {
  private readonly controller = new AbortController();
  private readonly goodbye = new GoodbyeFilter();
  private said = '';

  /** Starts a speech. @param isAnswer true for an answer to the person's words, false for one to silence. */
  constructor(
    readonly isAnswer: boolean,
    private readonly say: (piece: string) => void,
  ) {}

  get text(): string {
    return this.said;
  }

  get hasBegun(): boolean {
    return this.said !== '';
  }

  /** Speaks the answer of a model, and never throws. Once it is stopped, it says nothing more. */
  async speak(speaker: Speaker, messages: readonly ChatMessage[]): Promise<SpeechEnd> {
    try {
      for await (const piece of speaker.stream(messages, this.controller.signal)) {
        this.pass(this.goodbye.push(piece));
        if (this.goodbye.isGoodbye || this.isStopped || this.said.length >= LONGEST_SPEECH) break;
      }
      this.pass(this.goodbye.rest());
    } catch {
      return 'failed';
    }
    if (this.goodbye.isGoodbye) return 'goodbye';
    return this.hasBegun ? 'said' : 'failed';
  }

  stop(): void {
    this.controller.abort();
  }

  private get isStopped(): boolean {
    return this.controller.signal.aborted;
  }

  /** Passes on a text; the speech begins with the first word. */
  private pass(text: string): void {
    const piece = (this.hasBegun ? text : text.trimStart()).slice(0, LONGEST_SPEECH - this.said.length);
    if (piece === '' || this.isStopped) return;
    this.said += piece;
    this.say(piece);
  }
}
