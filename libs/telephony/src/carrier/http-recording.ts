import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { OpenedRecording } from '../port/telephony-provider.js';

const OPENING_TIMEOUT_MS = 30_000;
/** Between two pieces of it. */
const SILENCE_TIMEOUT_MS = 30_000;

/** An answer with a recording as its body, or why there is none. */
export type RecordingAnswer = IncomingMessage | 'gone' | 'unavailable';

/**
 * A recording that is passed on as it comes. @param ask may take as many requests as it needs; what it throws is
 * `unavailable`.
 */
export async function openHttpRecording(
  ask: (signal: AbortSignal) => Promise<RecordingAnswer>,
  { openingTimeoutMs = OPENING_TIMEOUT_MS, silenceTimeoutMs = SILENCE_TIMEOUT_MS } = {},
): Promise<OpenedRecording> {
  const opening = new AbortController();
  const timer = setTimeout(() => opening.abort(), openingTimeoutMs);
  try {
    const answer = await ask(opening.signal);
    if (typeof answer === 'string') return answer;
    endInSilence(answer, silenceTimeoutMs);
    await Promise.race([once(answer, 'readable'), once(answer, 'end')]);
    const { 'content-type': contentType, 'content-length': length } = answer.headers;
    return {
      contentType: soundType(contentType),
      length: length === undefined ? null : Number(length),
      content: answer,
    };
  } catch {
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}

/**
 * While there is something that our listener has not taken yet, the silence is not the provider's: nothing is asked
 * for.
 */
function endInSilence(answer: IncomingMessage, timeoutMs: number): void {
  answer.setTimeout(timeoutMs, () => {
    if (answer.readableLength > 0) answer.socket.setTimeout(timeoutMs);
    else answer.destroy(new Error(`nothing for ${timeoutMs} ms`));
  });
}

/** A page from somebody's store is not shown as one from here. */
function soundType(contentType = ''): string {
  return /^audio\//i.test(contentType) ? contentType : 'application/octet-stream';
}

/** What an answer has of a recording. @param gone: the statuses that say that there is none, or none any more. */
export function recordingIn(answer: IncomingMessage, gone: readonly number[] = [404]): RecordingAnswer {
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  return gone.includes(answer.statusCode ?? 0) ? 'gone' : 'unavailable';
}
