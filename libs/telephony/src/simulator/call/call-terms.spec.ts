import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callTerms, readProviderCallId, readRecordingUrl, toProviderCallId, toRecordingUrl } from './call-terms.js';
import { requestNumber } from './simulator.fixture.js';

const limits = fc.record({
  ringTimeoutSeconds: fc.integer({ min: 15, max: 120 }),
  maxCallSeconds: fc.integer({ min: 5, max: 7200 }),
});
const instants = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });

describe('a provider call id', () => {
  it('carries the terms, in at most 120 characters, and the recording address with it', () => {
    fc.assert(
      fc.property(fc.uuid(), instants, limits, (dialerJobId, placedAt, limits) => {
        const terms = callTerms({ seed: 'seed' }, { dialerJobId, to: '+49301234567', placedAt, attempt: 1 }, limits);
        const id = toProviderCallId(terms);
        expect(id.length).toBeLessThanOrEqual(120);
        expect(readProviderCallId(id)).toEqual(terms);
        expect(readRecordingUrl(toRecordingUrl(terms))).toEqual(terms);
      }),
    );
  });

  it('tells neither the phone number nor the dialer job', () => {
    const request = requestNumber(7);
    const id = toProviderCallId(callTerms({ seed: 'seed' }, request, request));
    expect(id).not.toContain(request.to.slice(1));
    expect(id).not.toContain(request.dialerJobId);
  });

  it.each([
    '',
    'CA0123',
    'sim_',
    'sim_0123456789abcdef_1_2',
    'sim_0123456789ABCDEF_1_2_3',
    'sim_0123456789abcdef_-1_2_3',
  ])('is not %j', (text) => {
    expect(readProviderCallId(text)).toBeNull();
    expect(readRecordingUrl(`simulator:recordings/${text}`)).toBeNull();
  });

  it('is no recording address by itself', () => {
    expect(readRecordingUrl('sim_0123456789abcdef_1_2_3')).toBeNull();
    expect(readRecordingUrl('https://example.com/sim_0123456789abcdef_1_2_3')).toBeNull();
  });

  it.each([
    ['seed', { seed: 'other' }],
    ['dialer job', { dialerJobId: 'other' }],
    ['number', { to: '+1' }],
    ['instant', { placedAt: new Date(1) }],
  ])('changes its key with the %s', (_, change) => {
    const base = { seed: 'seed', ...requestNumber(7) };
    const changed = { ...base, ...change };
    expect(callTerms(changed, changed, changed).key).not.toBe(callTerms(base, base, base).key);
  });

  it('takes the course of the seed, the number and the attempt, whatever its job and its time', () => {
    const base = { seed: 'seed', ...requestNumber(7) };
    const again = { ...base, dialerJobId: 'another', placedAt: new Date(1) };
    expect(callTerms(again, again, again).course).toBe(callTerms(base, base, base).course);
    for (const change of [{ seed: 'other' }, { to: '+1' }, { attempt: 2 }]) {
      const changed = { ...base, ...change };
      expect(callTerms(changed, changed, changed).course).not.toBe(callTerms(base, base, base).course);
    }
  });

  it('is read as earlier versions wrote it', () => {
    expect(readProviderCallId('sim_0123456789abcdef_1_2_3')).toEqual({
      key: '0123456789abcdef',
      course: '0123456789abcdef',
      placedAtMs: 1,
      ringTimeoutSeconds: 2,
      maxCallSeconds: 3,
      decided: null,
    });
  });
});
