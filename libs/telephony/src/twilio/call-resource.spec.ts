import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCallResource, toLookupReport } from './call-resource.js';

const SID = `CA${'0a'.repeat(16)}`;
const NOW = new Date(0);
const report = (fields: object, recordingUrl: string | null = null) => {
  const resource = readCallResource({ sid: SID, ...fields });
  if (!resource) throw new Error('no call');
  return toLookupReport(resource, { dialerJobId: 'job', recordingUrl, now: NOW });
};

describe('a call as it was looked up', () => {
  it('is told with all that it has', () => {
    const told = report({
      status: 'completed',
      answered_by: 'machine_end_beep',
      date_created: 'Mon, 02 Nov 2026 10:00:00 +0000',
      start_time: 'Mon, 02 Nov 2026 10:00:05 +0000',
      end_time: 'Mon, 02 Nov 2026 10:01:05 +0000',
      duration: '60',
      price: '-0.01400',
    });
    expect(told).toEqual({
      reportKey: `lookup:${SID}:completed:machine_end_beep:priced`,
      dialerJobId: 'job',
      providerCallId: SID,
      occurredAt: new Date('2026-11-02T10:01:05Z'),
      startedAt: new Date('2026-11-02T10:00:05Z'),
      status: 'completed',
      answeredBy: 'machine',
      endReason: 'completed',
      durationSeconds: 60,
      cost: '0.01400',
      recordingUrl: undefined,
    });
  });

  it('has another name for each thing more that is known', () => {
    const end = { status: 'completed', price: null };
    const names = [
      report({ status: 'in-progress' }),
      report(end),
      report({ ...end, price: '-0.01' }),
      report(end, 'https://x'),
      report({ ...end, price: '-0.01' }, 'https://x'),
      report({ ...end, answered_by: 'human' }),
      report({ ...end, sid: `CA${'1'.repeat(32)}` }),
    ].map(({ reportKey }) => reportKey);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['queued', 'initiated'],
    ['ringing', 'ringing'],
    ['in-progress', 'in_progress'],
    ['busy', 'busy'],
    ['no-answer', 'no_answer'],
    ['failed', 'failed'],
    ['canceled', 'canceled'],
    ['held', undefined],
    ['constructor', undefined],
    [null, undefined],
  ])('%s is %s', (word, status) => {
    expect(report({ status: word }).status).toBe(status);
  });

  it.each([
    ['-0.0140', '0.0140'],
    ['0', '0'],
    ['-1', '1'],
    ['', undefined],
    [null, undefined],
    ['free', undefined],
    ['-1e3', undefined],
  ])('a price of %s is a cost of %s', (price, cost) => {
    expect(report({ status: 'completed', price }).cost).toBe(cost);
  });

  it('has a duration only where somebody answered', () => {
    expect(report({ status: 'no-answer', duration: '0' }).durationSeconds).toBeUndefined();
    expect(report({ status: 'completed', duration: 'long' }).durationSeconds).toBeUndefined();
  });

  it('is read from anything without a failure, and is none without a sid', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readCallResource(value)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.object(), (fields) => {
        expect(report({ ...fields, sid: SID }).providerCallId).toBe(SID);
      }),
    );
  });
});
