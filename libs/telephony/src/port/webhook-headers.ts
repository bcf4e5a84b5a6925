import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookRequest } from './telephony-provider.js';

/** Returns one value for each header, the first of several. */
export function webhookHeaders(headers: IncomingHttpHeaders): WebhookRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()[0]]));
}
