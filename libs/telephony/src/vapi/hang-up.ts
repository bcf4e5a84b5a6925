import type { HangupResult } from '../port/telephony-provider.js';
import { JsonObject } from './json-object.js';
import type { PublicWeb } from './public-web.js';
import type { VapiApi } from './vapi-api.js';

const END_CALL = JSON.stringify({ type: 'end-call' });
const MOST_BYTES = 100_000;

/**
 * Ends a call over its own control address, which came with it. The API itself cannot: PATCH gives a call another name,
 * and DELETE erases what is known of it, whatever is on the line, so that a phone would ring which nobody looks after.
 * A call that is not taken yet may refuse to be controlled: then it was not hung up, and whoever wants it ended asks
 * again.
 * @throws UnexpectedAnswer, or what the network did.
 */
export async function hangUp(
  { api, web }: { api: VapiApi; web: PublicWeb },
  call: JsonObject,
  signal: AbortSignal,
): Promise<HangupResult> {
  if (hasEnded(call)) return 'already_ended';
  const url = controlUrlOf(call, web);
  if (url === null) return 'unavailable';
  const { status } = await web.send(url, { method: 'POST', body: END_CALL, mostBytes: MOST_BYTES, signal });
  if (status >= 200 && status < 300) return 'hung_up';
  const now = new JsonObject(await api.read(`call/${call.text('id')}`, signal));
  return hasEnded(now) ? 'already_ended' : 'unavailable';
}

function hasEnded(call: JsonObject): boolean {
  return call.text('status') === 'ended';
}

/** Whoever knows this address can speak to the person. */
function controlUrlOf(call: JsonObject, web: PublicWeb): URL | null {
  const text = call.at('monitor').text('controlUrl') ?? '';
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && web.isConfidential(url) ? url : null;
}
