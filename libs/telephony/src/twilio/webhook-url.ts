/**
 * What follows the `#` of an address Twilio keeps to itself: call again up to five times, within 15 seconds in all,
 * where no connection comes about (ct), no answer within 5 seconds (rt), or a 5xx. Of itself it does so once, for a
 * connection alone. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
const RETRIES = '#rc=5&rp=ct,rt,5xx&rt=5000';

/** The same address, at which Twilio does not give up at once: whatever comes twice is written down once. */
export function insistently(callbackUrl: string): string {
  return callbackUrl + RETRIES;
}
