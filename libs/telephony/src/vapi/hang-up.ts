import type { HangupResult } from '../port/telephony-provider.js';
import { JsonObject } from './json-object.js';
import type { PublicWeb } from './public-web.js';
import type { VapiApi } from './vapi-api.js';

const END_CALL = JSON.stringify({ type: 'end-call' });
const MOST_BYTES = 100_000;

/**
 * Ends a call over its own control address, which Vapi told with the call. The API itself cannot end one. PATCH renames
 * a call; DELETE erases its data and leaves the phone ringing without control. A call that is not answered yet may
 * reject control. It is then not hung up, and the sweeper asks again.
 * @throws UnexpectedAnswer, or the network's error.
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

/** Returns the control address. It is confidential, since a client that has it can speak to the callee. */
function controlUrlOf(call: JsonObject, web: PublicWeb): URL | null {
  const text = call.at('monitor').text('controlUrl') ?? '';
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && web.isConfidential(url) ? url : null;
}
