import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATE_NAMES } from '../gate/gate.js';
import { preflightOf, type WaitingGroup } from './preflight.js';

const NOW = Date.UTC(2027, 0, 15, 12);
const HOUR = 3_600_000;
const group = (fields: Partial<WaitingGroup> = {}): WaitingGroup => ({
  contacts: 1,
  shut: null,
  dueAt: NOW,
  opensAt: NOW - HOUR,
  isZoneUnknown: false,
  ...fields,
});

describe('preflightOf', () => {
  it.each<[string, Partial<WaitingGroup>, string, string | null]>([
    ['is due and open', {}, 'now', null],
    ['is asleep', { opensAt: NOW + HOUR }, 'later_today', 'outside_window'],
    ['is due tomorrow', { dueAt: NOW + 25 * HOUR }, 'later', 'waiting_retry'],
    ['is on the list for an hour', { shut: 'dnc', dueAt: NOW + HOUR }, 'later_today', 'dnc'],
    ['has not agreed', { shut: 'no_consent', dueAt: Infinity }, 'never', 'no_consent'],
    ['is nowhere', { isZoneUnknown: true, opensAt: Infinity }, 'never', 'zone_unknown'],
    ['is where nothing opens', { opensAt: Infinity }, 'never', 'never_open'],
  ])('the preflight says when a contact is called that %s', (_, fields, when, code) => {
    const { totals, reasons } = preflightOf([group(fields)], NOW);
    expect([totals[when as keyof typeof totals], reasons.map((reason) => reason.code)]).toEqual([
      1,
      code ? [code] : [],
    ]);
  });

  it('the preflight counts every contact once', () => {
    const waiting = fc.record({
      contacts: fc.nat(1_000),
      shut: fc.option(fc.constantFrom(...GATE_NAMES)),
      dueAt: fc.oneof(fc.integer({ min: NOW - HOUR, max: NOW + 100 * HOUR }), fc.constant(Infinity)),
      opensAt: fc.oneof(fc.integer({ min: NOW - HOUR, max: NOW + 100 * HOUR }), fc.constant(Infinity)),
      isZoneUnknown: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(waiting), (groups) => {
        const { totals, reasons } = preflightOf(groups, NOW);
        const all = groups.reduce((sum, { contacts }) => sum + contacts, 0);
        expect(Object.values(totals).reduce((sum, n) => sum + n, 0)).toBe(all);
        expect(reasons.reduce((sum, { contacts }) => sum + contacts, 0)).toBe(all - totals.now);
      }),
    );
  });
});
