import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallReport } from './call-report.js';
import { bareReport, storableReport } from './storable-report.js';

const NOW = new Date('2027-01-01T12:00:00Z');

const report = (fields: Partial<CallReport>): CallReport => ({
  reportKey: 'ended',
  dialerJobId: 'j',
  providerCallId: 'p',
  occurredAt: NOW,
  status: 'completed',
  ...fields,
});

describe('storableReport', () => {
  it('a valid report stays unchanged', () => {
    const good = report({ durationSeconds: 7, cost: '0.0140', transcript: 'C:\\u0000 "x" 😀', callbackAt: NOW });
    expect(storableReport(good, NOW)).toEqual(good);
  });

  it.each<[string, Partial<CallReport>, Partial<CallReport>]>([
    ['a duration with decimals', { durationSeconds: 7.5 }, { durationSeconds: 8 }],
    ['a negative duration', { durationSeconds: -1 }, { durationSeconds: undefined }],
    ['a duration that is no number', { durationSeconds: Number.NaN }, { durationSeconds: undefined }],
    ['a cost that is no number', { cost: 'not a number' }, { cost: undefined }],
    ['a cost beyond all measure', { cost: '1e12' }, { cost: undefined }],
    ['an empty cost', { cost: '' }, { cost: undefined }],
    ['a cost in scientific notation', { cost: '1e-2' }, { cost: '0.0100' }],
    ['a time that is none', { occurredAt: new Date('x') }, { occurredAt: NOW }],
    ['a call-back at no time', { callbackAt: new Date('x') }, { callbackAt: undefined }],
    ['a call-back in the far future', { callbackAt: new Date('9000-01-01') }, { callbackAt: undefined }],
    ['a call-back in the far past', { callbackAt: new Date('1971-01-01') }, { callbackAt: undefined }],
    ['a time in the far future', { occurredAt: new Date('9000-01-01') }, { occurredAt: NOW }],
    ['a time in the far past', { occurredAt: new Date('1971-01-01') }, { occurredAt: NOW }],
    ['a duration of years', { durationSeconds: 2_000_000_000 }, { durationSeconds: undefined }],
    ['a cost without end', { cost: '1e300' }, { cost: undefined }],
    [
      'a pause of years',
      { notPlaced: { fault: 'throttle', retryAfterSeconds: 999_999_999 } },
      { notPlaced: { fault: 'throttle', retryAfterSeconds: 3_600 } },
    ],
    [
      'a pause that is no number',
      { notPlaced: { fault: 'throttle', retryAfterSeconds: 'never' as unknown as number } },
      { notPlaced: { fault: 'throttle', retryAfterSeconds: undefined } },
    ],
    [
      'a turn at no time',
      { messages: [{ role: 'person', text: 'Yes.', seconds_from_start: 1e300 }] },
      { messages: [{ role: 'person', text: 'Yes.', seconds_from_start: 0 }] },
    ],
    ['a NUL', { transcript: 'a\0b' }, { transcript: 'ab' }],
    ['half an emoji', { summary: 'cut \ud83d' }, { summary: 'cut \ufffd' }],
    ['a summary as long as a book', { summary: 'é'.repeat(900_000) }, { summary: 'é'.repeat(10_000) }],
    ['a key that is too long', { reportKey: 'k'.repeat(300) }, { reportKey: 'k'.repeat(255) }],
  ])('a stored report has %s', (_, odd, stored) => {
    expect(storableReport(report(odd), NOW)).toEqual({ ...report({}), ...stored });
  });

  it('every text becomes well-formed and free of NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { transcript } = storableReport(report({ transcript: `${text}\0\udc00` }), NOW);
        expect(transcript!.isWellFormed() && !transcript!.includes('\0')).toBe(true);
      }),
    );
  });

  it('a bare report keeps the status of the call', () => {
    expect(bareReport(report({ cost: 'x', transcript: 'y' }))).toEqual(report({ providerCallId: null }));
  });
});
