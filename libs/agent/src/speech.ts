import type { ChatMessage } from './chat-model.js';
import { GoodbyeFilter } from './goodbye-mark.js';

/** Something that answers piece by piece, and may fail at any of them: a `ChatModel`. */
export interface Speaker {
  stream(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<string>;
}

/** goodbye: the agent wants to end the call after it · failed: also where nothing was said. */
export type SpeechEnd = 'said' | 'goodbye' | 'failed';

/** Nobody listens to more than two minutes; a model that has lost itself is cut off. */
const LONGEST_SPEECH = 2_000;

/** One answer of the agent, being spoken. */
export class Speech {
  private readonly controller = new AbortController();
  private readonly goodbye = new GoodbyeFilter();
  private said = '';

  /** @param isAnswer to something that the person said, and not to silence. */
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

  /** Never throws. Once it has been stopped, it says nothing more, whatever still comes. */
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

  /** It begins with the first word. */
  private pass(text: string): void {
    const piece = (this.hasBegun ? text : text.trimStart()).slice(0, LONGEST_SPEECH - this.said.length);
    if (piece === '' || this.isStopped) return;
    this.said += piece;
    this.say(piece);
  }
}
