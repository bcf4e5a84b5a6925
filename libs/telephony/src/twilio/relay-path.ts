/** Path below PUBLIC_URL; each call connects to `/<dialer job id>` below it. */
export const RELAY_PATH = '/api/v1/telephony/twilio/relay';
