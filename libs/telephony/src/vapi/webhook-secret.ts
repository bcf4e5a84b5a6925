import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { CallbackRequest } from '../port/telephony-provider.js';

/**
 * What Vapi has to say with the callbacks of one call, in hexadecimal: whoever sees it, in the call or on its way, can
 * speak of that call alone.
 */
export function callbackSecret(webhookSecret: string, dialerJobId: string): string {
  return createHmac('sha256', webhookSecret).update(dialerJobId).digest('hex');
}

/**
 * Vapi repeats what came with the call, in the header that we named. Where the organisation has set up a credential of
 * its own with our secret, which then has never been in a request of ours, that comes as a bearer token:
 * https://docs.vapi.ai/server-url/server-authentication.
 */
export function isFromVapi(
  { headers, dialerJobId }: Pick<CallbackRequest, 'headers' | 'dialerJobId'>,
  webhookSecret: string,
): boolean {
  if (webhookSecret === '') return false;
  const bearer = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const ofCall = isEqual(headers['x-vapi-secret'], callbackSecret(webhookSecret, dialerJobId));
  return isEqual(bearer, webhookSecret) || ofCall;
}

/** Takes as long whatever differs. */
function isEqual(told: string | undefined, secret: string): boolean {
  return timingSafeEqual(digest(told ?? ''), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
