import { describe, expect, it } from 'vitest';
import { hasWishes, isJudgedSuccess, toAnalysisPlan, wishesIn } from './analysis.js';
import { JsonObject } from './json-object.js';

const ENDED_AT = new Date('2026-11-02T10:00:00Z');

const wishes = (structuredData: unknown) => wishesIn(new JsonObject({ structuredData }), ENDED_AT);

describe('What a model says of a call that is over', () => {
  it.each([true, 1, 'true', 'True', ' yes ', '1', 'YES'])('takes %j for a wish', (word) => {
    expect(wishes({ opt_out: word, callback_requested: word })).toEqual({ isOptOut: true, callback: {} });
  });

  it.each([false, 0, 2, 'false', 'no', 'yes, please call', '', null, undefined, [true], {}])(
    'takes %j for none',
    (word) => {
      expect(wishes({ opt_out: word, callback_requested: word })).toEqual({ isOptOut: false, callback: null });
    },
  );

  it.each([undefined, null, 'true', '[]', '{', 7, [], [true]])('finds no wish in %j', (structuredData) => {
    expect(wishes(structuredData)).toEqual({ isOptOut: false, callback: null });
  });

  it('reads what came as text', () => {
    expect(wishes('{"opt_out": "true"}').isOptOut).toBe(true);
  });

  it.each([
    ['2026-11-03T15:00:00+01:00', '2026-11-03T14:00:00Z'],
    ['2026-11-03T15:00+01:00', '2026-11-03T14:00:00Z'],
    ['2026-11-03 15:00 -0500', '2026-11-03T20:00:00Z'],
    [' 2026-11-03T15:00:00.000+00:00 ', '2026-11-03T15:00:00Z'],
    ['2027-11-02T10:00:00+00:00', '2027-11-02T10:00:00Z'],
  ])('takes %s for a time', (callback_at, time) => {
    expect(wishes({ callback_requested: true, callback_at }).callback).toEqual({ at: new Date(time) });
  });

  it.each([
    ['is of no place', '2026-11-03T15:00:00'],
    ['is of UTC, which is where nobody lives', '2026-11-03T15:00:00Z'],
    ['has passed', '2026-11-02T10:59:59+01:00'],
    ['lies more than a year ahead', '2027-11-04T10:00:00+00:00'],
    ['is none', '2026-11-31T15:00:00+01:00'],
    ['is words', 'tomorrow at three'],
    ['is a day', '2026-11-03'],
    ['is nothing', ''],
  ])('takes no time that %s for one, but keeps the wish', (_what, callback_at) => {
    expect(wishes({ callback_requested: true, callback_at }).callback).toEqual({});
  });

  it('does not take a time for a wish', () => {
    expect(wishes({ callback_requested: false, callback_at: '2026-11-03T15:00:00+01:00' }).callback).toBeNull();
  });

  it('tells whether it was asked at all', () => {
    const isAsked = (analysis: object) => hasWishes(new JsonObject(analysis));
    expect([{}, { structuredData: {} }, { structuredData: null }, { summary: 'Yes.' }].map(isAsked)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(isAsked({ structuredData: { opt_out: false } })).toBe(true);
  });

  it.each([
    ['true', true],
    ['True', true],
    [' TRUE\n', true],
    ['false', false],
    ['8', false],
    [undefined, false],
  ])('judges a call by %j: %s', (successEvaluation, isSuccess) => {
    expect(isJudgedSuccess(new JsonObject({ successEvaluation }))).toBe(isSuccess);
  });

  it('was told the time of the call, which "tomorrow" is counted from', () => {
    expect(JSON.stringify(toAnalysisPlan(ENDED_AT))).toContain('The call was made at 2026-11-02T10:00:00.000Z.');
  });
});
