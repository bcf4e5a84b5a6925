import { describe, expect, it } from 'vitest';
import { callAge } from './call-age.js';

const STARTED_AT = new Date('2027-01-01T12:00:00Z');

describe('callAge', () => {
  it('counts from the beginning to the answer, both by the provider’s clock', () => {
    expect(callAge(STARTED_AT, 'Fri, 01 Jan 2027 12:01:30 GMT')).toEqual({ startedAt: STARTED_AT, ageSeconds: 90 });
  });

  it.each(['Fri, 01 Jan 1999 12:00:00 GMT', 'Sun, 03 Jan 2027 12:00:00 GMT', 'Fri, 31 Dec 9999 12:00:00 GMT'])(
    'is not known where no call can be so old, or so young: at %s',
    (toldAt) => {
      expect(callAge(STARTED_AT, toldAt)).toEqual({ startedAt: STARTED_AT });
    },
  );

  it('is never negative, and not known without the provider’s clock or a beginning', () => {
    expect(callAge(STARTED_AT, 'Fri, 01 Jan 2027 11:59:59 GMT')).toEqual({ startedAt: STARTED_AT, ageSeconds: 0 });
    expect(callAge(STARTED_AT, null)).toEqual({ startedAt: STARTED_AT });
    expect(callAge(STARTED_AT, 'soon')).toEqual({ startedAt: STARTED_AT });
    expect(callAge(undefined, 'Fri, 01 Jan 2027 12:01:30 GMT')).toEqual({});
  });
});
