import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { isInPlan, plausibleNumbers } from './phone-number.js';

/** Numbers in a run of digits and signs: one, several, or one with an addition. */
export interface NumberRun {
  /** E.164, in their order. */
  readonly numbers: readonly string[];
  /** True if a part of the run is neither a number nor an addition to one. */
  readonly isCut: boolean;
}

const NOTHING: NumberRun = { numbers: [], isCut: false };
const UNREAD: NumberRun = { numbers: [], isCut: true };

/** Numbers of a range that are listed. Of a longer range only its ends are listed, and it is reported as cut. */
export const LONGEST_RANGE = 20;

/** Digits of an addition: an extension in brackets, or after a space. */
const LONGEST_ADDITION = 6;
const LONGEST_TAIL = 4;

/** Digits at the beginning of a run that may be a number, an exit code included. */
const [LEAST_DIGITS, MOST_DIGITS] = [7, 18];

/** Numbers of one run that are read, since each takes time. */
const MOST_NUMBERS = 20;

/**
 * Reads a run such as `+44 20 7946 1001-02`. It is one number if a country's plan has it. Otherwise it begins with the
 * longest number that a plan has. The next part is another number, last digits (`-02`, `/02`), or an addition (`(12)`).
 * @param country ISO 3166-1 alpha-2, for numbers in national form.
 */
export function readRun(text: string, country: string | null, most = MOST_NUMBERS): NumberRun {
  if (most === 0) return UNREAD;
  const whole = wholeNumbers(text, country);
  if (whole.length > 0)
    return { numbers: [...new Set([...whole, ...beforeTail(text, whole[0]!, country)])], isCut: false };
  const found = parted(text, country, most);
  return found.numbers.length > 0 ? found : asWritten(text);
}

/** Returns the numbers that all digits of a text may make, the likeliest first. */
export function wholeNumbers(text: string, country: string | null): string[] {
  return digitCount(text) > MOST_DIGITS ? [] : plausibleNumbers(text, country);
}

function wholeNumber(text: string, country: string | null): string | null {
  return wholeNumbers(text, country)[0] ?? null;
}

function plainDigits(text: string): string {
  return text.replace(/[^+\d]/g, '').replace(/^00/, '+');
}

/** Reads a number with a country code that no plan has: listing it costs nothing. */
function asWritten(text: string): NumberRun {
  const digits = plainDigits(text);
  const isStrange = /^\+[1-9]\d{6,14}$/.test(digits) && parsePhoneNumberFromString(digits) === undefined;
  return isStrange ? { numbers: [digits], isCut: false } : NOTHING;
}

/** Last digits that may be an addition although a plan has the number of all digits. */
const TAIL = /\d\s?(?:-\s?\d{1,2}|\/\s?\d{1,4}|\(\d{1,6}\))$/;

/** Last digits of a number that no plan has. */
const ANY_TAIL = /\d[\s(/.-]{1,3}\d{1,4}\)?$/;

/** Returns numbers beside the one of all digits: `030 1234567-68` may be two, `030 123456-0` has a shorter one. */
function beforeTail(text: string, whole: string, country: string | null): string[] {
  const isPlanned = isInPlan(whole);
  if (!(isPlanned ? TAIL : ANY_TAIL).test(text)) return [];
  const groups = groupsOf(text);
  const [end, tail] = [groups.at(-2)?.end ?? 0, groups.at(-1)!.digits];
  const base = wholeNumber(text.slice(0, end), country);
  if (base === null || !isInPlan(base)) return [];
  const sign = /[-/]/.exec(text.slice(end))?.[0];
  if (sign === undefined) return [base];
  const last = replaced(base, tail);
  const isNear = last > base && stepsBetween(base, last) <= LONGEST_RANGE;
  return sign === '/' || isNear || !isPlanned ? [base, ...range(base, last, sign).numbers] : [base];
}

interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

function groupsOf(text: string): Group[] {
  return [...text.matchAll(/\+?\d+/g)].map(({ 0: digits, index }) => ({
    digits,
    start: index,
    end: index + digits.length,
  }));
}

/** Splits a run after the longest beginning that is a number. */
function parted(text: string, country: string | null, most: number): NumberRun {
  const found = longestNumber(text, country);
  if (found === null) return NOTHING;
  const rest = readRest(text.slice(found.end), { base: found.number, country, most });
  return { numbers: [found.number, ...rest.numbers], isCut: rest.isCut };
}

/**
 * Finds the longest beginning that is a number. Beginnings before a likely new number are tried first, then those
 * without a plan.
 */
function longestNumber(text: string, country: string | null): { number: string; end: number } | null {
  const groups = groupsOf(text);
  const ends = groups.slice(0, -1).filter(({ end }) => isNumberLong(text.slice(0, end)));
  const next = ({ end }: Group) => groups.find(({ start }) => start >= end)!;
  const isBeforeNumber = (group: Group) =>
    /^(?:\+|0)/.test(next(group).digits) && digitCount(text.slice(group.end)) >= LEAST_DIGITS;
  const longestFirst = ends.toReversed();
  const ordered = [...longestFirst.filter(isBeforeNumber), ...longestFirst.filter((end) => !isBeforeNumber(end))];
  const read = ordered.flatMap(({ end }) => {
    const number = wholeNumber(text.slice(0, end), country);
    return number === null ? [] : [{ number, end }];
  });
  return read.find(({ number }) => isInPlan(number)) ?? read[0] ?? null;
}

function isNumberLong(text: string): boolean {
  const digits = digitCount(text);
  return digits >= LEAST_DIGITS && digits <= MOST_DIGITS;
}

function digitCount(text: string): number {
  return text.replace(/\D/g, '').length;
}

interface Before {
  readonly base: string;
  readonly country: string | null;
  readonly most: number;
}

/** Reads the text after a number. */
function readRest(rest: string, { base, country, most }: Before): NumberRun {
  const groups = groupsOf(rest);
  if (groups.every((group, index) => signBefore(rest, groups, index) !== null && group.digits.length <= LONGEST_TAIL))
    return readTails(rest, groups, base);
  if (groups.length === 1 && groups[0]!.digits.length <= LONGEST_ADDITION && !rest.includes('+')) return NOTHING;
  const tail = readTail(rest, base);
  const sign = signBefore(rest, groups, 0);
  if (tail !== null) return sign !== null && tail.numbers.length > 0 ? range(base, tail.numbers[0]!, sign) : tail;
  const next = readRun(rest.slice(Math.max(0, rest.search(/[+\d(]/))), country, most - 1);
  if (next.numbers.length > 0) return sign === '~' ? rangeTo(next, base) : next;
  return UNREAD;
}

/** Returns the sign before last digits; null if there is none, and an addition follows. */
function signBefore(text: string, groups: readonly Group[], index: number): string | null {
  const between = text.slice(groups[index - 1]?.end ?? 0, groups[index]!.start);
  return /[-/~]/.exec(between)?.[0] ?? null;
}

function readTails(rest: string, groups: readonly Group[], base: string): NumberRun {
  let before = base;
  const runs = groups.map(({ digits }, index) => {
    const last = replaced(before, digits);
    const run = range(before, last, signBefore(rest, groups, index)!);
    before = last;
    return run;
  });
  return { numbers: runs.flatMap(({ numbers }) => numbers), isCut: runs.some(({ isCut }) => isCut) };
}

/** Digits that a number without its area code has in common with the one before it. */
const SHARED_DIGITS = 2;

/**
 * Reads last digits that stand alone after a number, or a number without its area code.
 * @returns null for digits that may be a number by themselves.
 */
export function readTail(tail: string, base: string): NumberRun | null {
  const digits = tail.replace(/\D/g, '');
  if (digits === '' || digits.length >= nationalDigits(base) || tail.includes('+')) return null;
  const last = replaced(base, digits);
  if (digits.length <= LONGEST_TAIL) return { numbers: [last], isCut: false };
  if (digits.startsWith('0')) return null;
  const isAlike = base.slice(-digits.length).startsWith(digits.slice(0, SHARED_DIGITS)) && isInPlan(last);
  return isAlike ? { numbers: [last], isCut: false } : UNREAD;
}

function nationalDigits(number: string): number {
  return parsePhoneNumberFromString(number)?.nationalNumber.length ?? 0;
}

/** Returns the numbers from the one before a word such as `to` to the first of those after it. */
function rangeTo({ numbers: [last, ...others], isCut }: NumberRun, base: string): NumberRun {
  const between = range(base, last!, '~');
  return { numbers: [...between.numbers, ...others], isCut: isCut || between.isCut };
}

function replaced(base: string, tail: string): string {
  const digits = tail.replace(/\D/g, '');
  return base.slice(0, -digits.length) + digits;
}

function stepsBetween(base: string, last: string): number {
  return Number(last.slice(1)) - Number(base.slice(1));
}

/** Returns the numbers after `base` up to `last`; after a slash `last` alone. */
function range(base: string, last: string, sign: string): NumberRun {
  const steps = stepsBetween(base, last);
  if (sign === '/' || steps <= 1) return { numbers: [last], isCut: false };
  if (steps > LONGEST_RANGE) return { numbers: [last], isCut: true };
  const first = Number(base.slice(1));
  return { numbers: Array.from({ length: steps }, (_, step) => `+${first + step + 1}`), isCut: false };
}
