import { describe, expect, it } from 'vitest';
import { endKindOf, knownEndKindOf } from './end-kind.js';

describe('What Vapi says a call ended for', () => {
  it.each([
    ['customer-ended-call', 'talked'],
    ['customer-ended-call-during-transfer', 'talked'],
    ['call.in-progress.error-warm-transfer-max-duration', 'talked'],
    ['call.in-progress.error-transfer-failed', 'talked'],
    ['call.forwarding.operator-busy', 'talked'],
    ['silence-timed-out', 'talked'],
    ['vonage-completed', 'talked'],
    ['assistant-ended-call-after-message-spoken', 'hung_up'],
    ['hangup', 'hung_up'],
    ['voicemail', 'voicemail'],
    ['customer-did-not-answer', 'no_answer'],
    ['call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable', 'no_answer'],
    ['call.in-progress.error-providerfault-outbound-sip-408-request-timeout', 'no_answer'],
    ['call.in-progress.error-providerfault-outbound-sip-486-busy-here', 'busy'],
    ['customer-busy', 'busy'],
    ['manually-canceled', 'canceled'],
    ['twilio-reported-customer-misdialed', 'bad_number'],
    ['call.in-progress.error-providerfault-outbound-sip-404-not-found', 'bad_number'],
    ['call.in-progress.error-vapifault-outbound-sip-604-does-not-exist-anywhere', 'bad_number'],
    ['call.start.error-vapi-number-international', 'refused'],
    ['call.in-progress.error-providerfault-outbound-sip-403-forbidden', 'refused'],
    ['call.in-progress.error-providerfault-outbound-sip-503-service-unavailable', 'not_connected'],
    ['call.start.error-get-customer', 'not_connected'],
    ['vonage-rejected', 'not_connected'],
    ['call.in-progress.error-vapifault-openai-llm-failed', 'broken_off'],
    ['pipeline-error-eleven-labs-quota-exceeded', 'broken_off'],
    ['vonage-disconnected', 'broken_off'],
    ['worker-shutdown', 'broken_off'],
    ['phone-call-provider-closed-websocket', 'broken_off'],
    ['call.in-progress.error-assistant-did-not-receive-customer-audio', 'unheard'],
    ['call.start.error-subscription-concurrency-limit-reached', 'throttle'],
    ['call.start.error-vapi-number-outbound-daily-limit', 'daily_limit'],
    ['call.start.error-subscription-frozen', 'account'],
    ['call.start.error-subscription-of-a-new-kind', 'account'],
    ['call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required', 'account'],
    ['assistant-not-found', 'account'],
  ])('%s: %s', (reason, kind) => {
    expect(knownEndKindOf(reason)).toBe(kind);
  });

  it.each([
    ['customer-threw-the-phone-away', 'talked'],
    ['', 'talked'],
    ['constructor', 'talked'],
    ['telnyx-reported-an-ERROR', 'broken_off'],
    ['some-new-fault', 'broken_off'],
    ['telnyx-failed-to-connect-call', 'broken_off'],
  ])('in a word that is new (%s), is taken for %s', (reason, kind) => {
    expect(knownEndKindOf(reason)).toBeUndefined();
    expect(endKindOf(reason)).toBe(kind);
  });
});
