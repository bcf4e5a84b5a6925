import { describe, expect, it } from 'vitest';
import { paceOf } from './route-pace.js';

describe('The pace of a route', () => {
  it('the pace of a route is what its owner states', () => {
    expect([paceOf('twilio', 30), paceOf('vapi', 5)]).toEqual([30, 5]);
  });

  it('the default pace is a call per second over Twilio, ten over SIP, and unlimited elsewhere', () => {
    expect([paceOf('twilio', null), paceOf('vapi', null), paceOf('sip', null)]).toEqual([1, null, 10]);
  });
});
