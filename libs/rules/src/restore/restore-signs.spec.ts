import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laterOf, restoreSigns, timelineSwitches, type RememberedDatabase } from './restore-signs.js';

const BASE: RememberedDatabase = {
  system_identifier: '7713759042187326532',
  database_oid: '16384',
  timeline: 1,
  position: '1000',
  switches: null,
  counter: '7',
  acceptance: null,
};

const accepted = (id: string, at: string, standing: Partial<RememberedDatabase> = {}) => ({
  id,
  at,
  standing: { ...BASE, ...standing },
});

const standings = fc.record({
  system_identifier: fc.constantFrom('1', '2', null),
  database_oid: fc.constantFrom('5', '6'),
  timeline: fc.constantFrom(1, 2, null),
  position: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)),
  switches: fc.constant(null),
  counter: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  acceptance: fc.constant(null),
});

describe('restoreSigns', () => {
  it('an unknown database shows no signs', () => {
    fc.assert(
      fc.property(standings, (present) => {
        expect(restoreSigns(null, present)).toEqual([]);
      }),
    );
  });

  it('a database that stands still or has advanced shows no signs', () => {
    fc.assert(
      fc.property(standings, fc.bigInt({ min: 0n, max: 2n ** 40n }), (before, more) => {
        const add = (number: string | null) => (number === null ? null : String(BigInt(number) + more));
        const after = { ...before, position: add(before.position), counter: add(before.counter)! };
        expect(restoreSigns(before, after)).toEqual([]);
      }),
    );
  });

  it('the counter shows every earlier state, whatever else the server does not report', () => {
    fc.assert(
      fc.property(standings, fc.bigInt({ min: 1n, max: 2n ** 40n }), (earlier, more) => {
        const remembered = { ...earlier, counter: String(BigInt(earlier.counter) + more) };
        expect(restoreSigns(remembered, earlier)).toContain('counter');
      }),
    );
  });

  it.each([
    ['another system identifier', { system_identifier: '1', position: '5' }, ['identity']],
    ['a lower position', { position: '999' }, ['position']],
    ['another oid', { database_oid: '16385' }, ['oid']],
    ['a lower counter', { counter: '6' }, ['counter']],
    ['a server that says nothing of itself', { system_identifier: null, position: null, timeline: null }, []],
    ['a promotion at the same position', { timeline: 2, switches: [{ timeline: 1, position: '1000' }] }, []],
    [
      'a promotion at a later position',
      { timeline: 2, position: '1200', switches: [{ timeline: 1, position: '1100' }] },
      [],
    ],
    [
      'a promotion at an earlier position',
      { timeline: 2, position: '9000', switches: [{ timeline: 1, position: '999' }] },
      ['position'],
    ],
    [
      'two promotions, the first at an earlier position',
      {
        timeline: 3,
        position: '9000',
        switches: [
          { timeline: 1, position: '999' },
          { timeline: 2, position: '5000' },
        ],
      },
      ['position'],
    ],
    [
      'a timeline that does not come from ours',
      { timeline: 3, position: '9000', switches: [{ timeline: 2, position: '5000' }] },
      ['position'],
    ],
    ['a new timeline whose history cannot be read', { timeline: 2, position: '1000' }, []],
    ['such a timeline at an earlier position', { timeline: 2, position: '999' }, ['position']],
    ['a timeline that was left before', { timeline: 0, position: '9000' }, ['position']],
  ] as const)('restoreSigns judges %s', (_title, change, signs) => {
    expect(restoreSigns(BASE, { ...BASE, ...change })).toEqual(signs);
  });

  it('a later acceptance of an operator replaces the remembered state', () => {
    const released = accepted('a', '2027-01-02T00:00:00.000Z', { counter: '3', database_oid: '16390' });
    const present = { ...BASE, counter: '3', database_oid: '16390', acceptance: released };
    expect(restoreSigns(BASE, present)).toEqual([]);
    expect(restoreSigns(BASE, { ...present, database_oid: '16391' })).toEqual(['oid']);
    expect(restoreSigns(BASE, { ...present, counter: '2' })).toEqual(['counter']);
  });

  it.each([
    ['is gone', null],
    ['is an earlier one', accepted('a', '2027-01-01T00:00:00.000Z')],
  ])('a restore is found if the remembered acceptance %s', (_title, acceptance) => {
    const remembered = { ...BASE, acceptance: accepted('b', '2027-01-02T00:00:00.000Z') };
    expect(restoreSigns(remembered, { ...BASE, counter: '99', acceptance })).toEqual(['acceptance']);
  });
});

describe('laterOf', () => {
  it('the later state never goes back, in either order of the accounts', () => {
    fc.assert(
      fc.property(standings, standings, (one, other) => {
        const later = laterOf(one, other);
        expect(BigInt(later.counter)).toBe(
          BigInt(one.counter) > BigInt(other.counter) ? BigInt(one.counter) : BigInt(other.counter),
        );
        expect(laterOf(laterOf(one, other), other)).toEqual(later);
      }),
    );
  });

  it('the account with the later acceptance is kept, though its counter is lower', () => {
    const released = { ...BASE, counter: '3', acceptance: accepted('a', '2027-01-02T00:00:00.000Z') };
    expect(laterOf(BASE, released)).toBe(released);
    expect(laterOf(released, BASE)).toBe(released);
  });
});

describe('timelineSwitches', () => {
  it('a history file is read, and lines of another form are skipped', () => {
    const history = `1\t0/3000060\tno recovery target specified\n\n# a comment\n2\t1/FF\tbefore 2027-01-01\n`;
    expect(timelineSwitches(history)).toEqual([
      { timeline: 1, position: '50331744' },
      { timeline: 2, position: '4294967551' },
    ]);
  });
});
