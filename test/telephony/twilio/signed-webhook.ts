import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { CallbackReport } from './call-reports.js';

export interface SignedCallback {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A report as it travels, signed by Twilio's own function: neither side of it is ours. What follows the `#` of its
 * address does not travel.
 */
export function signedCallback(
  { url: given, fields }: Omit<CallbackReport, 'event'>,
  authToken: string,
): SignedCallback {
  const [url = ''] = given.split('#');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'x-twilio-signature': getExpectedTwilioSignature(authToken, url, fields),
  };
  return { url, headers, body: new URLSearchParams(fields).toString() };
}
