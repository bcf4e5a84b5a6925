import { describe, expect, it } from 'vitest';
import { holesIn } from './postgres-holes.js';

describe('A PostgreSQL', () => {
  it.each([
    [150_018, '15.19'],
    [150_000, '15.19'],
    [160_014, '16.15'],
    [170_010, '17.11'],
    [180_005, '18.6'],
    [140_099, '15 or newer'],
  ])('the version %i has known holes, which %s has not', (version, mended) => {
    expect(holesIn(version)).toContain(mended);
  });

  it.each([150_019, 150_020, 160_015, 170_011, 180_006, 190_000])('the version %i has no known holes', (version) => {
    expect(holesIn(version)).toBeNull();
  });
});
