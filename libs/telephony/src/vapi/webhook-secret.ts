import { createHash, timingSafeEqual } from 'node:crypto';
import type { CallbackRequest } from '../telephony-provider.js';

/**
 * Vapi repeats the secret that came with the call, in the header that we named; where the organisation has set up a credential of its own,
 * it comes as a bearer token: https://docs.vapi.ai/server-url/server-authentication.
 */
export function isFromVapi(headers: CallbackRequest['headers'], secret: string): boolean {
  if (secret === '') return false;
  const bearer = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  return isEqual(headers['x-vapi-secret'], secret) || isEqual(bearer, secret);
}

/** Takes as long whatever differs. */
function isEqual(told: string | undefined, secret: string): boolean {
  return timingSafeEqual(digest(told ?? ''), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
