import { describe, expect, it } from 'vitest';
import { endMeaning, rejectionMeaning } from './rejection-meaning.js';

describe('What a refusal usually means', () => {
  it.each([
    ['twilio', '20003', 'TWILIO_AUTH_TOKEN'],
    ['twilio', '21219', 'verify SMOKE_TO'],
    ['twilio', '21215', 'Geo permissions'],
    ['twilio', '10002', 'may not call'],
    ['twilio', '21210', 'TWILIO_FROM'],
    ['twilio', '21211', 'SMOKE_TO cannot be called'],
    ['twilio', 'provider_unreachable', 'TWILIO_API_URL'],
    ['vapi', 'Unauthorized', 'VAPI_API_KEY'],
    ['vapi', 'Invalid Key. Hot tip, you may be using the private key instead of the public key', 'VAPI_API_KEY'],
    ['vapi', "Couldn't Start Call. Numbers Bought On Vapi Have A Daily Outbound Call Limit.", 'a few times a day'],
    ['vapi', 'customer.number must be a valid phone number in the E.164 format.', 'SMOKE_TO cannot be called'],
    ['vapi', "Couldn't Find Phone Number.", 'VAPI_PHONE_NUMBER_ID'],
    ['vapi', 'provider_unreachable', 'VAPI_API_URL'],
  ] as const)('of %s, %s: %s', (provider, code, words) => {
    expect(rejectionMeaning(provider, { kind: 'rejected', fault: 'account', code })).toContain(words);
  });

  it.each(['permanent', 'retryable', 'throttle', 'account'] as const)('is told by its class, %s, at least', (fault) => {
    const [twilio, vapi] = (['twilio', 'vapi'] as const).map((provider) =>
      rejectionMeaning(provider, { kind: 'rejected', fault, code: 'unheard of' }),
    );
    expect(twilio).toMatch(/^[A-Z].+\.$/);
    expect(vapi).toBe(twilio);
  });
});

describe('What an end usually means', () => {
  it.each([
    ['twilio', 'failed (SIP 404)', 'is SMOKE_TO right'],
    ['twilio', 'failed (SIP 403)', 'Geo permissions'],
    ['twilio', 'failed', "Twilio's console"],
    ['vapi', 'call.start.error-subscription-frozen', 'Billing'],
    ['vapi', 'call.start.error-subscription-concurrency-limit-reached', 'as many calls at once'],
    ['vapi', 'call.start.error-vapi-number-outbound-daily-limit', 'a few times a day'],
    ['vapi', 'call.start.error-vapi-number-international', 'do not call abroad'],
    ['vapi', 'call.start.error-get-phone-number', 'VAPI_PHONE_NUMBER_ID'],
    ['vapi', 'call.start.error-get-transport', 'its carrier'],
    ['vapi', 'twilio-reported-customer-misdialed', 'SMOKE_TO cannot be called'],
    ['vapi', 'call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required', 'trunk'],
    ['vapi', 'call.in-progress.error-assistant-did-not-receive-customer-audio', 'Nothing was heard'],
    ['vapi', 'pipeline-error-deepgram-transcriber-failed', 'written down'],
    ['vapi', 'pipeline-error-openai-401-unauthorized', 'language model'],
    ['vapi', 'call.in-progress.error-vapifault-worker-died', 'usually passes'],
    ['vapi', 'customer-threw-the-phone-away', "Vapi's dashboard"],
    ['vapi', null, "Vapi's dashboard"],
  ] as const)('of %s, %s: %s', (provider, reason, words) => {
    expect(endMeaning(provider, reason)).toContain(words);
  });
});
