/**
 * Kinds that cost more than a call, or reach nobody who could be called: refused unless the operator opens them by
 * name.
 */
export const REFUSED_NUMBER_KINDS = [
  'premium_rate',
  'shared_cost',
  'personal_number',
  'pager',
  'uan',
  'voicemail',
  'toll_free',
  'non_geographic',
  'unknown',
] as const;
export type RefusedNumberKind = (typeof REFUSED_NUMBER_KINDS)[number];

/**
 * - `ordinary`: a fixed line, a mobile phone, a number over the internet, or one that begins as these do there.
 * - `unknown`: it begins as no ordinary number of its country does, and nobody says what it costs.
 */
export const NUMBER_KINDS = ['ordinary', ...REFUSED_NUMBER_KINDS] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];

/** libphonenumber's country of numbers that belong to none (satellite, international networks). */
export const NO_COUNTRY = '001';

/** Stands for every country in a list of allowed ones. */
export const ANY_COUNTRY = '*';

/** Judgement of a number by its digits alone, whatever a contact says of itself. */
export interface NumberJudgement {
  /** ISO 3166-1 alpha-2, `001`, or null: a code that nobody has. */
  readonly country: string | null;
  readonly kind: NumberKind;
}

/** Countries and kinds that may be called over a route. */
export interface AllowedNumbers {
  /** ISO 3166-1 alpha-2, `001` or `*`; null: nobody has said so, and nothing may be called. */
  readonly countries: readonly string[] | null;
  /** Refused kinds that the operator has opened. */
  readonly kinds: readonly string[];
}

/**
 * The gate that a number does not pass; null: it passes both. The engine asks the same in SQL (`statements/gates.ts`).
 */
export function refusalOfNumber(
  { kind, country }: NumberJudgement,
  { countries, kinds }: AllowedNumbers,
): 'number_kind' | 'country_not_allowed' | null {
  if (kind !== 'ordinary' && !kinds.includes(kind)) return 'number_kind';
  const isAllowed = countries?.some((allowed) => allowed === ANY_COUNTRY || allowed === country) ?? false;
  return isAllowed ? null : 'country_not_allowed';
}
