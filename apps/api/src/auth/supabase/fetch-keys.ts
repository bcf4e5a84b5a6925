import type { FetchImplementation } from 'jose';
import { jsonExcess, MESSAGE_BOUNDS } from '#runtime/bounded-json.js';
import { retryAfterSeconds } from '#rules/attempt/retry-after.js';

/** Most bytes of a key set. A project publishes a few keys of some hundred bytes. */
const MOST_BYTES = 262_144;

/** Longest pause that a project may ask for: no new user can log in during a pause. */
const LONGEST_PAUSE_SECONDS = 60;

/**
 * Fetches the key sets of one project. Does not ask again for as long as the project says (`Retry-After`), up to a
 * minute.
 */
export function keyFetcher(): FetchImplementation {
  let pausedUntilMs = 0;
  return async (url, options) => {
    if (performance.now() < pausedUntilMs) throw new Error('the project has asked for a pause');
    const response = await fetch(url, options);
    if (response.status === 200) return boundedKeys(response);
    const pauseSeconds = retryAfterSeconds(Object.fromEntries(response.headers), new Date()) ?? 0;
    pausedUntilMs = performance.now() + 1_000 * Math.min(pauseSeconds, LONGEST_PAUSE_SECONDS);
    return response;
  };
}

/**
 * Reads a key set up to `MOST_BYTES`.
 * @throws Error for a larger one, and for a failure of the network.
 */
async function boundedKeys(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const text = await textOf(response.body);
  const excess = jsonExcess(text, MESSAGE_BOUNDS);
  if (excess !== null) throw new Error(`the key set ${excess}`);
  return new Response(text);
}

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`the key set has more than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString();
}
