import type { FetchImplementation } from 'jose';
import { jsonExcess, MESSAGE_BOUNDS } from '#config/bounded-json.js';

/** A project publishes a few keys of some hundred bytes. */
const MOST_BYTES = 262_144;

/**
 * Fetches a key set of which no more is read, or parsed, than a project can mean.
 * @throws Error for a larger one, or what the network did.
 */
export const fetchKeys: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  if (response.status !== 200 || response.body === null) return response;
  const text = await textOf(response.body);
  const excess = jsonExcess(text, MESSAGE_BOUNDS);
  if (excess !== null) throw new Error(`the key set ${excess}`);
  return new Response(text);
};

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
