import type { IncomingMessage } from 'node:http';
import type { OpenedRecording } from '../telephony-provider.js';

const OPENING_TIMEOUT_MS = 30_000;
/** Between two pieces of it, whether it does not come or is not read. */
const SILENCE_TIMEOUT_MS = 30_000;

/** An answer with a recording as its body, or why there is none. */
export type RecordingAnswer = IncomingMessage | 'gone' | 'unavailable';

/** A recording that is passed on as it comes. @param ask may take as many requests as it needs; what it throws is `unavailable`. */
export async function openHttpRecording(
  ask: (signal: AbortSignal) => Promise<RecordingAnswer>,
  { openingTimeoutMs = OPENING_TIMEOUT_MS, silenceTimeoutMs = SILENCE_TIMEOUT_MS } = {},
): Promise<OpenedRecording> {
  const opening = new AbortController();
  const timer = setTimeout(() => opening.abort(), openingTimeoutMs);
  try {
    const answer = await ask(opening.signal);
    if (typeof answer === 'string') return answer;
    answer.setTimeout(silenceTimeoutMs, () => answer.destroy(new Error(`nothing for ${silenceTimeoutMs} ms`)));
    const { 'content-type': contentType = 'application/octet-stream', 'content-length': length } = answer.headers;
    return { contentType, length: length === undefined ? null : Number(length), content: answer };
  } catch {
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}

/** Of an answer whose body nobody wants. */
export function withoutRecording(answer: IncomingMessage, why: 'gone' | 'unavailable'): 'gone' | 'unavailable' {
  answer.destroy();
  return why;
}
