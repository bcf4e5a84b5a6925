import { describe, expect, it } from 'vitest';
import { checkCosts, complaintsOf, keepCosts, type KeptCosts } from './cost-check.js';
import type { Figures } from './figures.js';

const check = (kept: number, now: number) => checkCosts({ 'call.statements': kept }, { 'call.statements': now })[0];

describe('the cost check', () => {
  it.each([
    [10, 11],
    [0.7, 0.77],
    [41.59, 45.749],
    [20, 18],
    [0, 0],
  ])('passes a kept cost of %d that is %d now: at most 10 %% more', (kept, now) => {
    expect(check(kept, now)?.verdict).toBe('ok');
  });

  it.each([
    [10, 11.01],
    [1000, 1101],
    [0, 0.01],
  ])('fails a kept cost of %d that is %d now: above 10 %% more', (kept, now) => {
    expect(check(kept, now)?.verdict).toBe('too high');
  });

  it('tells the change in percent of the kept cost', () => {
    expect(check(40, 30)?.change).toBe(-25);
    expect(check(40, 50)?.change).toBe(25);
    expect(check(0, 5)?.change).toBeNull();
  });

  it('has nothing to complain of when every cost is within its limit', () => {
    expect(complaintsOf(checkCosts({ a: 10, b: 2 }, { a: 11, b: 1 }))).toEqual([]);
  });

  it('names every cost that is too high, and how a wanted rise is kept', () => {
    const complaints = complaintsOf(checkCosts({ a: 10, b: 2, c: 1 }, { a: 12, b: 3, c: 1 }));
    expect(complaints).toEqual([expect.stringMatching(/^Cost check failed: a, b: more than 10 %.*--allowance "/)]);
  });

  it.each<Figures>([{}, { a: Number.NaN }])('fails a kept cost that was not measured: %j', (now) => {
    const checked = checkCosts({ a: 10 }, now);
    expect(checked).toMatchObject([{ figure: 'a', kept: 10, change: null, verdict: 'not measured' }]);
    expect(complaintsOf(checked)).toEqual([expect.stringMatching(/^Cost check failed: a: .* was not measured/)]);
  });

  it('fails a new cost that is not kept, and says how to keep it', () => {
    const checked = checkCosts({}, { a: 10 });
    expect(checked).toMatchObject([{ figure: 'a', now: 10, verdict: 'not kept' }]);
    expect(complaintsOf(checked)).toEqual([
      expect.stringMatching(/^Cost check failed: a: .* Keep it with npm run bench/),
    ]);
  });
});

describe('keeping costs', () => {
  const kept: KeptCosts = { measured_on: 'c1', figures: { a: 10, b: 20 }, allowances: [] };
  const plain = { measuredOn: 'c2', allowance: null };

  it('begins with what was measured', () => {
    expect(keepCosts(null, { a: 1 }, plain)).toEqual({ measured_on: 'c2', figures: { a: 1 }, allowances: [] });
  });

  it('lowers costs, adds new ones and drops those that are gone', () => {
    expect(keepCosts(kept, { a: 8, c: 3 }, plain).figures).toEqual({ a: 8, c: 3 });
  });

  it('never raises a cost within the tolerance, so that small rises do not add up', () => {
    expect(keepCosts(kept, { a: 11, b: 20 }, { ...plain, allowance: 'voice notes' })).toEqual({
      ...kept,
      measured_on: 'c2',
    });
  });

  it('refuses to raise a cost without a reason', () => {
    expect(() => keepCosts(kept, { a: 12, b: 20 }, plain)).toThrow(/^Nothing was kept: a from 10 to 12 .*--allowance/);
  });

  it('raises a cost for a reason, and keeps the reason', () => {
    expect(keepCosts(kept, { a: 12, b: 19 }, { ...plain, allowance: 'voice notes' })).toEqual({
      measured_on: 'c2',
      figures: { a: 12, b: 19 },
      allowances: [{ reason: 'voice notes', measured_on: 'c2', raised: { a: { from: 10, to: 12 } } }],
    });
  });

  it('refuses a cost that could not be measured', () => {
    expect(() => keepCosts(kept, { a: Number.NaN }, plain)).toThrow(/^Nothing was kept: a could not be measured/);
  });
});
