import { describe, expect, it } from 'vitest';
import { paceOf } from './route-pace.js';

describe('The pace of a line', () => {
  it('is what its owner says', () => {
    expect([paceOf('twilio', 30), paceOf('vapi', 5)]).toEqual([30, 5]);
  });

  it('is a call a second over Twilio, ten over SIP, and none elsewhere, where nothing is said', () => {
    expect([paceOf('twilio', null), paceOf('vapi', null), paceOf('sip', null)]).toEqual([1, null, 10]);
  });
});
