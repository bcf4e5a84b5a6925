import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from '../port/telephony-provider.js';

/**
 * Derives the secret of one call's webhooks, in hexadecimal. Anybody who sees it can forge webhooks of that call alone.
 */
export function secretOfCall(webhookSecret: string, dialerJobId: string): string {
  return createHmac('sha256', webhookSecret).update(dialerJobId).digest('hex');
}

/**
 * Verifies the secret of a webhook. Vapi repeats the call's secret in the header that the create request named. An
 * organisation can instead set up a credential with `webhookSecret`. Vapi then sends it as a bearer token, and no
 * request of ours ever contained it: https://docs.vapi.ai/server-url/server-authentication.
 */
export function isFromVapi(
  { headers, dialerJobId }: Pick<WebhookRequest, 'headers' | 'dialerJobId'>,
  webhookSecret: string,
): boolean {
  if (webhookSecret === '') return false;
  const bearer = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const ofCall = isEqual(headers['x-vapi-secret'], secretOfCall(webhookSecret, dialerJobId));
  return isEqual(bearer, webhookSecret) || ofCall;
}

/** Compares in constant time. */
function isEqual(told: string | undefined, secret: string): boolean {
  return timingSafeEqual(digest(told ?? ''), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
