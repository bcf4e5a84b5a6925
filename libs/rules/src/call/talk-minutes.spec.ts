import { describe, expect, it } from 'vitest';
import { CALL_STATUSES, isFinalCallStatus } from './call-status.js';
import { talkMinutes } from './talk-minutes.js';

const ANSWERED_AT = new Date('2027-01-01T12:00:00Z');

describe('talkMinutes', () => {
  it.each([
    [0, 0],
    [1, 1],
    [60, 1],
    [61, 2],
    [7200, 120],
  ])('a call of %i seconds costs %i minutes', (durationSeconds, minutes) => {
    expect(talkMinutes({ status: 'completed', answeredAt: null, durationSeconds })).toBe(minutes);
  });

  it('an unanswered call costs no minutes, whatever duration the provider reports', () => {
    for (const status of CALL_STATUSES.filter((one) => isFinalCallStatus(one) && one !== 'completed' && one !== 'lost'))
      expect(talkMinutes({ status, answeredAt: null, durationSeconds: 30 })).toBe(0);
  });

  it('a call that broke off after it was answered costs minutes', () => {
    expect(talkMinutes({ status: 'failed', answeredAt: ANSWERED_AT, durationSeconds: 61 })).toBe(2);
  });

  it('the minutes are unknown as long as the duration is', () => {
    for (const status of ['completed', 'lost'] as const)
      expect(talkMinutes({ status, answeredAt: null, durationSeconds: null })).toBeNull();
  });
});
