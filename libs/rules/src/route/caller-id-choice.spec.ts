import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseCallerIds, numberlessReason, type NumberWish, type PoolNumber } from './caller-id-choice.js';

const number = (phone_number: string, fields: Partial<PoolNumber> = {}): PoolNumber => ({
  phone_number,
  is_active: true,
  daily_cap: null,
  calls_today: 0,
  ...fields,
});
const wish = (dialer_job_id: string, previous: string | null = null): NumberWish => ({ dialer_job_id, previous });

describe('chooseCallerIds', () => {
  it('the caller ids take turns, the least used first', () => {
    const chosen = chooseCallerIds(
      ['1', '2', '3', '4'].map((id) => wish(id)),
      [number('+1', { calls_today: 2 }), number('+2'), number('+3', { calls_today: 1 })],
    );
    expect([...chosen.values()]).toEqual(['+2', '+2', '+3', '+1']);
  });

  it('a lead keeps the number of its previous call, however often it was used', () => {
    const pool = [number('+1', { calls_today: 9 }), number('+2')];
    expect(chooseCallerIds([wish('1', '+1')], pool).get('1')).toBe('+1');
  });

  it('a lead keeps its number though new leads ask first', () => {
    const pool = [number('+1', { daily_cap: 1 }), number('+2', { calls_today: 5 })];
    const chosen = chooseCallerIds([wish('new'), wish('again', '+1')], pool);
    expect(Object.fromEntries(chosen)).toEqual({ again: '+1', new: '+2' });
  });

  it.each([
    ['used up', { daily_cap: 3, calls_today: 3 }],
    ['switched off', { is_active: false }],
  ])('a lead gets another number if its own is %s', (_what, fields) => {
    const pool = [number('+1', fields), number('+2')];
    expect(chooseCallerIds([wish('1', '+1')], pool).get('1')).toBe('+2');
    expect(chooseCallerIds([wish('1', '+1')], pool.slice(0, 1)).get('1')).toBeNull();
  });

  it('the choice never exceeds a cap, uses every free number, and changes none that may stay', () => {
    const numbers = fc.uniqueArray(
      fc.record({
        phone_number: fc.integer({ min: 1, max: 9 }).map((n) => `+${n}`),
        is_active: fc.boolean(),
        daily_cap: fc.option(fc.integer({ min: 1, max: 5 })),
        calls_today: fc.nat(6),
      }),
      { selector: ({ phone_number }) => phone_number, maxLength: 5 },
    );
    const previous = fc.array(fc.option(fc.integer({ min: 1, max: 9 }).map((n) => `+${n}`)), { maxLength: 12 });
    fc.assert(
      fc.property(numbers, previous, (pool, wanted) => {
        const wishes = wanted.map((one, n) => wish(String(n), one));
        const chosen = chooseCallerIds(wishes, pool);
        expect(chosen.size).toBe(wishes.length);
        const drawn = (one: string) => [...chosen.values()].filter((value) => value === one).length;
        const left = pool.map(({ phone_number, is_active, daily_cap, calls_today }) => {
          if (!is_active) expect(drawn(phone_number)).toBe(0);
          const free = is_active ? Math.max(0, (daily_cap ?? Infinity) - calls_today) : 0;
          expect(drawn(phone_number)).toBeLessThanOrEqual(free);
          return { phone_number, left: free - drawn(phone_number) };
        });
        if ([...chosen.values()].includes(null)) expect(left.every((one) => one.left === 0)).toBe(true);
        for (const { dialer_job_id, previous: before } of wishes)
          if (left.some((one) => one.phone_number === before && one.left > 0))
            expect(chosen.get(dialer_job_id)).toBe(before);
      }),
    );
  });
});

describe('numberlessReason', () => {
  it('all caller ids are reported as off only if the next day changes nothing', () => {
    const [off, used] = [number('+1', { is_active: false }), number('+2', { daily_cap: 1, calls_today: 1 })];
    expect([numberlessReason([off]), numberlessReason([off, used])]).toEqual(['caller_ids_off', 'caller_ids_used']);
  });
});
