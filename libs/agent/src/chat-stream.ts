import { EventSourceParserStream } from 'eventsource-parser/stream';
import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { foreignText } from '#runtime/foreign-text.js';
import { ChatError, codeOf } from './chat-error.js';
import { textOf, wholeTextOf } from './response-text.js';

/** Longest line of a stream: a model that never ends its line must not exhaust the memory. */
const LONGEST_EVENT = 1_000_000;

/**
 * Yields the pieces of a streamed answer: `choices[0].delta.content` of server-sent events, up to `[DONE]`. A server
 * without streaming gives its answer in one piece. Source of the format:
 * https://platform.openai.com/docs/api-reference/chat-streaming
 * @throws ChatError if the stream ends before the answer does.
 */
export async function* piecesOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    yield await wholeOf(response, signal);
    return;
  }
  let isComplete = false;
  try {
    for await (const data of eventsOf(response, signal)) {
      if (data === '[DONE]') return;
      const { piece, isLast } = readChunk(data);
      isComplete ||= isLast;
      if (piece !== '') yield piece;
    }
  } catch (error) {
    if (!isComplete) throw error;
  }
  if (!isComplete) throw new ChatError('broken', 'the stream ended before the answer did');
}

async function* eventsOf({ body }: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (!body) return;
  const events = textOf(body, signal).pipeThrough(
    new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT, onError: endWhenTooLong }),
  );
  for await (const { data } of events) yield data;
}

function endWhenTooLong(error: Error & { readonly type?: string }): void {
  if (error.type === 'max-buffer-size-exceeded') throw new ChatError('broken', foreignText(error.message));
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: unknown };
    readonly finish_reason?: unknown;
  }[];
  readonly error?: unknown;
}

function readChunk(data: string): { piece: string; isLast: boolean } {
  const chunk = parsed(data, new ChatError('broken', 'an event is not JSON')) as Chunk | null;
  const error = chunk?.error ?? null;
  if (error !== null) throw new ChatError('broken', `the model reports an error ${codeOf(error)}`.trim());
  const choice = chunk?.choices?.[0];
  const content = choice?.delta?.content;
  return { piece: typeof content === 'string' ? content : '', isLast: typeof choice?.finish_reason === 'string' };
}

function parsed(text: string, otherwise: ChatError): unknown {
  try {
    return parseBounded(text, MESSAGE_BOUNDS);
  } catch {
    throw otherwise;
  }
}

/**
 * Returns the text of an answer that came whole.
 * @throws ChatError `unreadable`
 */
export async function wholeOf(response: Response, signal: AbortSignal): Promise<string> {
  const text = await wholeTextOf(response, signal);
  const answer = parsed(text, new ChatError('unreadable', 'the answer is not JSON'));
  const { choices } = (answer ?? {}) as { choices?: readonly { message?: { content?: unknown } }[] };
  const content = choices?.[0]?.message?.content;
  if (typeof content !== 'string') throw new ChatError('unreadable', 'the answer has no text');
  return content;
}
