/**
 * Fragment that makes Twilio retry up to five times, within 15 seconds in total. It retries without a connection (ct),
 * without an answer within 5 seconds (rt), or after a 5xx. By default Twilio retries once, without a connection alone.
 * Twilio does not send the fragment: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
const RETRIES = '#rc=5&rp=ct,rt,5xx&rt=5000';

/** Returns the address with retries. A report that arrives twice is stored once. */
export function insistently(webhookUrl: string): string {
  return webhookUrl + RETRIES;
}
