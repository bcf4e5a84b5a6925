import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOfAnswer, TEST_NUMBERS, testAnswerOf, testOutcomeOf } from './test-number.js';

const DECIDED = [
  ['01', 'goal_reached'],
  ['02', 'reached'],
  ['03', 'voicemail'],
  ['04', 'no_answer'],
  ['05', 'busy'],
  ['06', 'bad_number'],
  ['07', 'refused'],
  ['08', 'opt_out'],
  ['09', 'callback_requested'],
  ['10', 'provider_error'],
] as const;

describe('A number of a test', () => {
  it.each(DECIDED)('a test number that ends with %s comes to %s', (digits, outcome) => {
    expect(testOutcomeOf(`+4477009001${digits}`)).toBe(outcome);
    expect(testOutcomeOf(`+120255501${digits}`)).toBe(outcome);
  });

  it('any other number of a test comes to reached', () => {
    const deciding = new Set(TEST_NUMBERS.map(({ number }) => number));
    const any = fc.oneof(
      fc.stringMatching(/^\+[1-9]\d{1,14}$/),
      fc.integer({ min: 0, max: 999 }).map((n) => `+447700900${String(n).padStart(3, '0')}`),
      fc.integer({ min: 0, max: 9999 }).map((n) => `+1202555${String(n).padStart(4, '0')}`),
    );
    fc.assert(fc.property(any, (number) => deciding.has(number) || testOutcomeOf(number) === 'reached'));
  });

  it('a test number keeps its outcome in the id of its call', () => {
    for (const { outcome } of TEST_NUMBERS) expect(outcomeOfAnswer(testAnswerOf(outcome))).toBe(outcome);
    expect([outcomeOfAnswer(0), outcomeOfAnswer(11)]).toEqual([null, null]);
  });
});
