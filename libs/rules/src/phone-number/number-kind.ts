/** Kinds that cost more than a call, or reach no person: rejected unless the operator allows them by name. */
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
 * Kinds of numbers:
 * - `ordinary`: a landline, a mobile phone, a number over the internet, or one that begins like them.
 * - `unknown`: it begins as no ordinary number of its country does, and its price is unknown.
 */
export const NUMBER_KINDS = ['ordinary', ...REFUSED_NUMBER_KINDS] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];

/** Country that libphonenumber gives to numbers without one (satellite, international networks). */
export const NO_COUNTRY = '001';

/** Wildcard for every country in a list of allowed ones. */
export const ANY_COUNTRY = '*';

/** Judgement of a number by its digits alone, independent of the contact's data. */
export interface NumberJudgement {
  /** ISO 3166-1 alpha-2, `001`, or null for a code that is not assigned. */
  readonly country: string | null;
  readonly kind: NumberKind;
}

/** Countries and kinds that may be called over a route. */
export interface AllowedNumbers {
  /** ISO 3166-1 alpha-2, `001` or `*`; null if the operator allows none yet. */
  readonly countries: readonly string[] | null;
  /** Rejected kinds that the operator has allowed. */
  readonly kinds: readonly string[];
}

/**
 * Returns the gate that a number does not pass; null if it passes both. The engine checks the same in SQL
 * (`statements/engine/eligibility/gates.ts`).
 */
export function whyNumberIsNotAllowed(
  { kind, country }: NumberJudgement,
  { countries, kinds }: AllowedNumbers,
): 'number_kind' | 'country_not_allowed' | null {
  if (kind !== 'ordinary' && !kinds.includes(kind)) return 'number_kind';
  const isAllowed = countries?.some((allowed) => allowed === ANY_COUNTRY || allowed === country) ?? false;
  return isAllowed ? null : 'country_not_allowed';
}
