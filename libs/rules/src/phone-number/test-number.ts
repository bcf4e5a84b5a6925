import type { Outcome } from '../call/outcome.js';

/** Beginnings of numbers that regulators reserve for fiction. Their last two digits decide in a test campaign. */
const PREFIXES = ['+4477009001', '+120255501'] as const;
const DIGITS = 2;

/** Outcomes of calls to numbers that end with 01, 02 and so on. */
const DECIDED = [
  'goal_reached',
  'reached',
  'voicemail',
  'no_answer',
  'busy',
  'bad_number',
  'refused',
  'opt_out',
  'callback_requested',
  'provider_error',
] as const satisfies readonly Outcome[];

export type TestOutcome = (typeof DECIDED)[number];

/** Outcome of calls to all other numbers. */
const OTHERWISE: TestOutcome = 'reached';

/** Every number that decides, with its outcome: `01` to `10` of each range. */
export const TEST_NUMBERS: readonly { readonly number: string; readonly outcome: TestOutcome }[] = PREFIXES.flatMap(
  (prefix) => DECIDED.map((outcome, index) => ({ number: numberOf(prefix, index), outcome })),
);

const BY_NUMBER: ReadonlyMap<string, TestOutcome> = new Map(
  TEST_NUMBERS.map(({ number, outcome }) => [number, outcome]),
);

/** Returns the outcome of a test campaign's call to this number (E.164). */
export function testOutcomeOf(number: string): TestOutcome {
  return BY_NUMBER.get(number) ?? OTHERWISE;
}

/** Returns the number of an outcome, as a call's id carries it. */
export function testAnswerOf(outcome: TestOutcome): number {
  return DECIDED.indexOf(outcome) + 1;
}

/** Returns the outcome of such a number; null for one that no test call has. */
export function outcomeOfAnswer(answer: number): TestOutcome | null {
  return DECIDED[answer - 1] ?? null;
}

function numberOf(prefix: string, index: number): string {
  return prefix + String(index + 1).padStart(DIGITS, '0');
}
