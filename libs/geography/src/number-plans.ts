import metadata from 'libphonenumber-js/max/metadata';
import type { NumberKind } from '#rules/phone-number/number-kind.js';
import { follow, rangesOf, readPattern, type NumberPattern } from './number-pattern.js';

/** Numbers of one country, as libphonenumber describes them. */
export interface NumberPlan {
  readonly country: string;
  /** Beginning of its national numbers, if it differs from that of others with its calling code; null if not. */
  readonly leading: RegExp | null;
  readonly types: readonly NumberType[];
}

interface NumberType {
  readonly kind: NumberKind;
  readonly pattern: RegExp;
  /** Texts of which `pattern` consists. */
  readonly texts: readonly string[];
}

/** Plans of the countries that share a calling code, the largest first; none if the code is no country's. */
export interface SharedPlan {
  readonly plans: readonly NumberPlan[];
  /** Patterns by kind, each of all plans together. */
  readonly types: readonly NumberType[];
}

/** Positions of the patterns in libphonenumber-js; `number-kind.spec.ts` compares the result with the library's own. */
const LEADING_DIGITS = 10;
const TYPES = 11;
const KIND_AT: readonly (readonly [NumberKind, number])[] = [
  ['premium_rate', 3],
  ['toll_free', 2],
  ['shared_cost', 9],
  ['personal_number', 4],
  ['pager', 7],
  ['uan', 6],
  ['voicemail', 5],
  ['ordinary', 0],
  ['ordinary', 1],
  ['ordinary', 8],
];

type Description = readonly unknown[] | undefined;

const CODES = new Map(Object.entries<string[]>(metadata.country_calling_codes));
const COUNTRIES = new Map(Object.entries(metadata.countries as unknown as Record<string, Description>));
const sharedPlans = new Map<string, SharedPlan>();

/**
 * Returns the calling code of digits; null if they begin with none. Calling codes have one to three digits, and none
 * begins with another.
 */
export function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length);
    if (CODES.has(code) || code in metadata.nonGeographic) return code;
  }
  return null;
}

export function planOfCode(callingCode: string): SharedPlan {
  const known = sharedPlans.get(callingCode);
  if (known) return known;
  const countries = (CODES.get(callingCode) ?? []).filter((country) => COUNTRIES.has(country));
  const patterns = countries.map((country) => ({ country, ...patternsOf(COUNTRIES.get(country)!) }));
  const shared = {
    plans: patterns.map(({ country, leading, types }) => ({ country, leading, types: compiled(types) })),
    types: compiled(patterns.flatMap(({ types }) => types)),
  };
  sharedPlans.set(callingCode, shared);
  return shared;
}

type PatternText = readonly [NumberKind, string];

function patternsOf(description: readonly unknown[]): { leading: RegExp | null; types: PatternText[] } {
  const leading = description[LEADING_DIGITS];
  const types = (description[TYPES] ?? []) as readonly (readonly [string, ...unknown[]] | 0 | undefined)[];
  return {
    leading: typeof leading === 'string' ? new RegExp(`^(?:${leading})`) : null,
    types: KIND_AT.flatMap(([kind, index]): PatternText[] => {
      const type = types[index];
      return type ? [[kind, type[0]]] : [];
    }),
  };
}

/** Compiles one pattern per kind, the rejected kinds first: of two possible kinds the costlier one counts. */
function compiled(types: readonly PatternText[]): NumberType[] {
  return [...new Set(KIND_AT.map(([kind]) => kind))].flatMap((kind) => {
    const texts = new Set(types.filter((type) => type[0] === kind).map(([, text]) => text));
    return texts.size === 0 ? [] : [{ kind, pattern: new RegExp(`^(?:${[...texts].join('|')})$`), texts: [...texts] }];
  });
}

/** Returns the kind of a national number; null if the plan has none. */
export function kindIn({ types }: Pick<SharedPlan, 'types'>, national: string): NumberKind | null {
  return types.find(({ pattern }) => pattern.test(national))?.kind ?? null;
}

const patterns = new Map<string, { readonly whole: NumberPattern; readonly ranges: NumberPattern }>();

function patternOf(text: string) {
  const known = patterns.get(text);
  if (known) return known;
  const whole = readPattern(text);
  const read = { whole, ranges: rangesOf(whole) };
  patterns.set(text, read);
  return read;
}

/** Similarity of a number to those of a kind, in digits from its beginning. */
export interface Fit {
  /** Count of digits that could be the beginning of one. */
  readonly reached: number;
  /** Count of digits that lead to a range of them; 0: it begins with no range. */
  readonly range: number;
}

/** Compares the beginning of a number with a kind. Unlike `kindIn`, it accepts numbers of any length. */
export function fitOf({ texts }: Pick<NumberType, 'texts'>, national: string): Fit {
  const fits = texts.map((text) => {
    const { whole, ranges } = patternOf(text);
    return { reached: follow(whole, national).reached, range: follow(ranges, national).ended };
  });
  return {
    reached: Math.max(0, ...fits.map(({ reached }) => reached)),
    range: Math.max(0, ...fits.map(({ range }) => range)),
  };
}
