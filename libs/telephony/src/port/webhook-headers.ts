import type { IncomingHttpHeaders } from 'node:http';
import type { CallbackRequest } from './telephony-provider.js';

/** One value each: of a header that came several times, the first. */
export function callbackHeaders(headers: IncomingHttpHeaders): CallbackRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()[0]]));
}
