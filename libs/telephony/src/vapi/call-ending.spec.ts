import { describe, expect, it } from 'vitest';
import { endingOf, knownEndingOf } from './call-ending.js';

describe('What Vapi says a call ended for', () => {
  it.each([
    ['customer-ended-call', 'completed'],
    ['customer-ended-call-during-transfer', 'completed'],
    ['assistant-ended-call-after-message-spoken', 'completed'],
    ['call.in-progress.error-warm-transfer-max-duration', 'completed'],
    ['call.in-progress.error-transfer-failed', 'completed'],
    ['call.forwarding.operator-busy', 'completed'],
    ['silence-timed-out', 'completed'],
    ['customer-did-not-answer', 'no_answer'],
    ['call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable', 'no_answer'],
    ['call.in-progress.error-providerfault-outbound-sip-408-request-timeout', 'no_answer'],
    ['call.in-progress.error-providerfault-outbound-sip-486-busy-here', 'busy'],
    ['customer-busy', 'busy'],
    ['call.in-progress.error-providerfault-outbound-sip-503-service-unavailable', 'failed'],
    ['call.in-progress.error-vapifault-openai-llm-failed', 'failed'],
    ['call.start.error-subscription-frozen', 'failed'],
    ['pipeline-error-eleven-labs-quota-exceeded', 'failed'],
    ['vonage-rejected', 'failed'],
    ['vonage-completed', 'completed'],
    ['manually-canceled', 'canceled'],
    ['call-deleted', 'canceled'],
  ])('%s: %s', (reason, status) => {
    expect(knownEndingOf(reason)).toEqual({ status });
  });

  it('tells a machine and a wrong number from others', () => {
    expect(endingOf('voicemail')).toEqual({ status: 'completed', answeredBy: 'machine' });
    for (const reason of [
      'twilio-reported-customer-misdialed',
      'call.start.error-vapi-number-international',
      'call.in-progress.error-providerfault-outbound-sip-404-not-found',
      'call.in-progress.error-vapifault-outbound-sip-604-does-not-exist-anywhere',
    ]) {
      expect(endingOf(reason)).toEqual({ status: 'failed', outcome: 'bad_number' });
    }
  });

  it.each([
    ['customer-threw-the-phone-away', 'completed'],
    ['', 'completed'],
    ['constructor', 'completed'],
    ['telnyx-reported-an-ERROR', 'failed'],
    ['some-new-fault', 'failed'],
    ['telnyx-failed-to-connect-call', 'failed'],
  ])('in a word that is new (%s), takes it for %s', (reason, status) => {
    expect(knownEndingOf(reason)).toBeUndefined();
    expect(endingOf(reason)).toEqual({ status });
  });
});
