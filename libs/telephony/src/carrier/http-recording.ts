import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { OpenedRecording } from '../port/telephony-provider.js';

const OPENING_TIMEOUT_MS = 30_000;
/** Longest pause between two pieces of a recording. */
const SILENCE_TIMEOUT_MS = 30_000;

/** Answer that has a recording as its body, or the reason why there is none. */
export type RecordingAnswer = IncomingMessage | 'gone' | 'unavailable';

/**
 * Opens a recording that is passed on while it arrives.
 * @param ask sends as many requests as it needs; an error that it throws means `unavailable`.
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
 * Ends a download that has stalled. While our client has not read all that arrived, no more is requested and the
 * silence is not the provider's.
 */
function endInSilence(answer: IncomingMessage, timeoutMs: number): void {
  answer.setTimeout(timeoutMs, () => {
    if (answer.readableLength > 0) answer.socket.setTimeout(timeoutMs);
    else answer.destroy(new Error(`nothing for ${timeoutMs} ms`));
  });
}

/**
 * Returns the content type if it is audio. A web page from a foreign store must not be shown as a page of this origin.
 */
function soundType(contentType = ''): string {
  return /^audio\//i.test(contentType) ? contentType : 'application/octet-stream';
}

/**
 * Turns an answer into a recording.
 * @param gone statuses that say that the recording does not exist, or no longer.
 */
export function recordingIn(answer: IncomingMessage, gone: readonly number[] = [404]): RecordingAnswer {
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  return gone.includes(answer.statusCode ?? 0) ? 'gone' : 'unavailable';
}
