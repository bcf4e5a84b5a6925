import { describe, expect, it } from 'vitest';
import type { Line } from './lines.js';
import { resultOf } from './results.js';

const LINE: Line = { id: 'x', section: 'start', what: 'this', against: 'that', unit: 'ms', aim: { atMost: 1.5 } };

describe('a line of the table', () => {
  it('holds medians over the runs, the ratio among them', () => {
    const samples = [
      { line: 'x', outdial: 10, against: 10 },
      { line: 'y', outdial: 1000, against: 1 },
      { line: 'x', outdial: 30, against: 10 },
      { line: 'x', outdial: 28, against: 20 },
    ];
    expect(resultOf(LINE, samples, true)).toMatchObject({
      outdial_value: 28,
      against_value: 10,
      ratio: 1.4,
      is_reached: true,
      skipped: null,
    });
  });

  it('is not reached beyond its aim, in either direction', () => {
    const samples = [{ line: 'x', outdial: 16, against: 10 }];
    expect(resultOf(LINE, samples, true).is_reached).toBe(false);
    expect(resultOf({ ...LINE, aim: { atLeast: 2 } }, samples, true).is_reached).toBe(false);
    expect(resultOf({ ...LINE, aim: null }, samples, true).is_reached).toBeNull();
  });

  it('says why it is empty', () => {
    const skipped = resultOf({ ...LINE, needsRedis: true }, [], false);
    expect(skipped).toMatchObject({ ratio: null, is_reached: null, skipped: 'redis-server is not installed' });
  });
});
