import { describe, expect, it } from 'vitest';
import { callEnd, type Closing } from './call-end.js';

const CLOSING: Closing = { reason: '', wasRinging: true, wasAnswered: false, hangUpCause: null };
const BY_US = 'Connection reset by user';

const endOf = (closing: Partial<Closing>) => callEnd({ ...CLOSING, ...closing });

describe('The end of a call that nobody answered', () => {
  it.each([
    ['404 Not Found', 'failed', 'bad_number'],
    ['410 Gone', 'failed', 'bad_number'],
    ['484 Address Incomplete', 'failed', 'bad_number'],
    ['604 Does Not Exist Anywhere', 'failed', 'bad_number'],
    ['408 Request Timeout', 'no_answer', undefined],
    ['480 Temporarily Unavailable', 'no_answer', undefined],
    ['487 Request Terminated', 'no_answer', undefined],
    ['603 Decline', 'no_answer', undefined],
    ['486 Busy Here', 'busy', undefined],
    ['600 Busy Everywhere', 'busy', undefined],
    ['607 Unwanted', 'failed', 'opt_out'],
    ['608 Rejected', 'failed', undefined],
    ['401 Unauthorized', 'failed', undefined],
    ['403 Forbidden', 'failed', undefined],
    ['503 Service Unavailable', 'failed', undefined],
    ['699 Whatever', 'failed', undefined],
    ['Connection timed out', 'failed', undefined],
    ['4040 is no code', 'failed', undefined],
    ['', 'failed', undefined],
  ] as const)('by %j', (reason, status, outcome) => {
    expect(endOf({ reason })).toEqual({ status, ...(outcome && { outcome }), endReason: reason });
  });

  it.each([
    ['401 Unauthorized', { fault: 'account' }],
    ['407 Proxy Authentication Required', { fault: 'account' }],
    ['503 Service Unavailable', { fault: 'throttle', retryAfterSeconds: 30 }],
    ['Destination address required', { fault: 'throttle', retryAfterSeconds: 30 }],
    ['Network is unreachable', { fault: 'throttle', retryAfterSeconds: 30 }],
  ] as const)('by %j is an attempt that never was, unless it rang before', (reason, notPlaced) => {
    expect(endOf({ reason, wasRinging: false })).toEqual({ status: 'failed', endReason: reason, notPlaced });
    expect(endOf({ reason, wasRinging: true })).toEqual({ status: 'failed', endReason: reason });
  });

  it.each(['403 Forbidden', '404 Not Found', '500 Server Internal Error', 'Connection timed out'])(
    'by %j counts: it may be said of this number, or the number was reached',
    (reason) => expect(endOf({ reason, wasRinging: false }).notPlaced).toBeUndefined(),
  );

  it('in an orderly stop is canceled, and given back if it did not ring', () => {
    const canceled = { status: 'canceled', endReason: 'worker_stopped' };
    expect(endOf({ reason: BY_US, hangUpCause: 'stopping' })).toEqual(canceled);
    const silent = endOf({ reason: BY_US, hangUpCause: 'stopping', wasRinging: false });
    expect(silent).toEqual({ ...canceled, notPlaced: { fault: 'throttle' } });
  });

  it('is what the code says, even if we were about to hang up', () => {
    expect(endOf({ reason: '486 Busy Here', hangUpCause: 'ring_timeout' }).status).toBe('busy');
  });

  it('is no answer when it rang for too long, and a fault when it never rang', () => {
    expect(endOf({ reason: BY_US, hangUpCause: 'ring_timeout' })).toEqual({
      status: 'no_answer',
      endReason: 'ring_timeout',
    });
    expect(endOf({ reason: BY_US, hangUpCause: 'ring_timeout', wasRinging: false })).toEqual({
      status: 'failed',
      outcome: 'provider_error',
      endReason: 'never_rang',
    });
  });

  it.each(['asked', null] as const)('is canceled when we hang up (%s)', (hangUpCause) => {
    expect(endOf({ reason: BY_US, hangUpCause })).toEqual({ status: 'canceled', endReason: 'hung_up' });
  });
});

describe('The end of a talk', () => {
  it.each([
    ['Connection reset by peer', null, 'callee_hung_up'],
    ['end of file', null, 'prompt_played'],
    ['', null, 'closed'],
    [BY_US, null, 'hung_up'],
    [BY_US, 'asked', 'hung_up'],
    [BY_US, 'max_duration', 'max_duration'],
    [BY_US, 'stopping', 'worker_stopped'],
    [BY_US, 'ring_timeout', 'ring_timeout'],
    ['Connection reset by peer', 'max_duration', 'callee_hung_up'],
    ['488 Not Acceptable Here', null, '488 Not Acceptable Here'],
  ] as const)('by %j (%s) is a completed call', (reason, hangUpCause, endReason) => {
    expect(endOf({ reason, hangUpCause, wasAnswered: true })).toEqual({ status: 'completed', endReason });
  });

  it.each(['rtp stream error', 'Operation not supported', 'No such file or directory'])(
    'by %j, the engine’s own trouble, is a fault',
    (reason) => {
      const end = { status: 'failed', outcome: 'provider_error', endReason: reason };
      expect(endOf({ reason, wasAnswered: true })).toEqual(end);
    },
  );
});
