import { setTimeout as pause } from 'node:timers/promises';
import { causeOf, ChatError, rejection, type ChatFault } from './chat-error.js';
import { piecesOf, wholeOf } from './chat-stream.js';
import { Patience } from './patience.js';
import { ThoughtFilter, withoutThoughts } from './thoughts.js';
import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatSettings {
  /** Address up to and with the version: `https://api.openai.com/v1`. */
  readonly url: string;
  /** Null if the server needs none. */
  readonly apiKey: string | null;
  readonly model: string;
}

export interface ChatLimits {
  readonly firstPieceMs: number;
  readonly nextPieceMs: number;
  readonly wholeAnswerMs: number;
  readonly retryPauseMs: number;
}

/** Limits of a request: the person waits on the telephone, so a slower answer is useless. */
export const CHAT_LIMITS: ChatLimits = {
  firstPieceMs: 8_000,
  nextPieceMs: 5_000,
  wholeAnswerMs: 30_000,
  retryPauseMs: 250,
};

const LONGEST_RETRY_PAUSE_MS = 2_000;

/**
 * Formats that can be requested, best first. A server that does not know one answers 400 or 422, and receives the next.
 */
const FORMATS = ['json_schema', 'json_object', 'none'] as const;

/** Model behind an API like OpenAI's (`POST /chat/completions`), which many servers offer. */
export class ChatModel {
  /** Index in `FORMATS` of the format in which this server has answered. */
  private format = 0;

  constructor(
    private readonly settings: ChatSettings,
    private readonly limits: ChatLimits = CHAT_LIMITS,
  ) {}

  /**
   * Yields the answer, piece by piece, without the model's reasoning.
   * @throws ChatError, before or after the first piece.
   */
  async *stream(messages: readonly ChatMessage[], signal: AbortSignal): AsyncGenerator<string> {
    const patience = new Patience(signal, this.limits.wholeAnswerMs);
    let fault: ChatFault = 'unreachable';
    try {
      patience.expectWithin(this.limits.firstPieceMs);
      const response = await this.post({ messages, stream: true }, patience.signal);
      fault = 'broken';
      const thoughts = new ThoughtFilter();
      for await (const piece of piecesOf(response, patience.signal)) {
        patience.rest();
        yield* something(thoughts.push(piece));
        patience.expectWithin(this.limits.nextPieceMs);
      }
      yield* something(thoughts.rest());
    } catch (error) {
      throw chatError(error, patience, fault);
    } finally {
      patience.end();
    }
  }

  /**
   * Returns one answer in JSON. It fits the schema only if the server enforces that: the caller checks it.
   * @throws ChatError
   */
  async ask(messages: readonly ChatMessage[], jsonSchema: object, signal: AbortSignal): Promise<unknown> {
    const patience = new Patience(signal, this.limits.wholeAnswerMs);
    try {
      return await this.askInSomeFormat(messages, jsonSchema, patience.signal);
    } catch (error) {
      throw chatError(error, patience, 'unreachable');
    } finally {
      patience.end();
    }
  }

  /**
   * Asks in the best format that the server accepts. A rejection may have another cause than the format. Only an answer
   * to the same question in a simpler format shows that it was the format.
   */
  private async askInSomeFormat(
    messages: readonly ChatMessage[],
    jsonSchema: object,
    signal: AbortSignal,
  ): Promise<unknown> {
    for (let format = this.format; ; format++) {
      try {
        const response = await this.post({ messages, ...responseFormat(FORMATS[format], jsonSchema) }, signal);
        const answer = jsonIn(withoutThoughts(await wholeOf(response, signal)));
        this.format = format;
        return answer;
      } catch (error) {
        if (format >= FORMATS.length - 1 || !isNotUnderstood(error)) throw error;
      }
    }
  }

  /** Sends a second request only if the first one has had no response yet. */
  private async post(body: object, signal: AbortSignal): Promise<Response> {
    try {
      return await this.send(body, signal);
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      await pause(this.retryPauseMs(error), undefined, { signal });
      return this.send(body, signal);
    }
  }

  private retryPauseMs(error: unknown): number {
    const seconds = (error instanceof ChatError && error.answer?.retryAfterSeconds) || 0;
    return Math.min(1_000 * seconds || this.limits.retryPauseMs, LONGEST_RETRY_PAUSE_MS);
  }

  private async send(body: object, signal: AbortSignal): Promise<Response> {
    const { url, apiKey, model } = this.settings;
    const response = await fetch(`${url.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, ...body }),
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw await rejection(response, signal);
    return response;
  }
}

function something(text: string): string[] {
  return text === '' ? [] : [text];
}

function responseFormat(format: (typeof FORMATS)[number] | undefined, schema: object): object {
  if (format === 'json_schema') {
    return { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } };
  }
  return format === 'json_object' ? { response_format: { type: 'json_object' } } : {};
}

function isNotUnderstood(error: unknown): boolean {
  return error instanceof ChatError && [400, 422].includes(error.answer?.status ?? 0);
}

/** True if a retry may help; an error of fetch itself means that there was no response at all. */
function isPassing(error: unknown): boolean {
  return error instanceof ChatError ? error.fault === 'throttled' || error.fault === 'server' : true;
}

function chatError(error: unknown, patience: Patience, otherwise: ChatFault): ChatError {
  if (patience.isCallerGone) return new ChatError('canceled', 'nobody waits for the answer any more');
  if (patience.isLost) return new ChatError('timeout', 'the model took too long');
  return error instanceof ChatError ? error : new ChatError(otherwise, causeOf(error));
}

/**
 * Returns the one JSON object of a model's answer, which may stand in a code block or between sentences.
 * @throws ChatError `unreadable`
 */
function jsonIn(text: string): unknown {
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  try {
    return parseBounded(text.slice(Math.max(from, 0), to + 1), MESSAGE_BOUNDS);
  } catch {
    throw new ChatError('unreadable', 'the answer is not JSON');
  }
}
