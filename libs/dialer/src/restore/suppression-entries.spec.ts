import { describe, expect, it } from 'vitest';
import { readSuppression } from './suppression-entries.js';

const entryOf = (phone_number: string) =>
  JSON.stringify({ v: 1, kind: 'listed', tenant_id: 't', at: '2026-11-30T12:00:00Z', phone_number });

describe('readSuppression', () => {
  it.each([
    ['+442079460123', '+442079460123'],
    ['+480221234567', '+48221234567'],
    ['+5215512345678', '+525512345678'],
    ['+4412', null],
    ['+441234', '+441234'],
    ['+99900000000001', '+99900000000001'],
  ])('reads %s, which may be of an earlier version, as %s', (written, number) => {
    expect(readSuppression(entryOf(written))?.phoneNumber ?? null).toBe(number);
  });
});
