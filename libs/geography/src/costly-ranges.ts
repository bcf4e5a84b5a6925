import type { RefusedNumberKind } from '#rules/phone-number/number-kind.js';

/** Range of numbers that cost more than others, and for which libphonenumber has no type or another one. */
export interface CostlyRange {
  readonly codes: readonly string[];
  /** Beginnings of its national numbers. */
  readonly beginnings: readonly string[];
  readonly kind: RefusedNumberKind;
  /**
   * True if the range also counts for numbers that libphonenumber calls ordinary; false: only for those without a type.
   */
  readonly isCertain: boolean;
  readonly source: string;
}

/**
 * Calling codes with 118, the harmonised code of directory enquiries. Reading (+44 118 9) and other towns have ordinary
 * numbers there.
 */
const WITH_118 = '30 33 34 36 40 43 44 46 48 49 351 352 353 356 357 358 359 370 371 372 385 386 420 421 423'.split(' ');

export const COSTLY_RANGES: readonly CostlyRange[] = [
  {
    codes: WITH_118,
    beginnings: ['118'],
    kind: 'premium_rate',
    isCertain: false,
    source: 'national numbering plans: 118 is the code of directory enquiries',
  },
  {
    codes: ['1'],
    beginnings: ['600', '622', '633', '644', '655', '677', '688'],
    kind: 'non_geographic',
    isCertain: true,
    source: 'Canadian Numbering Administrator, non-geographic codes 6YY: satellite and other services',
  },
  {
    codes: ['1'],
    beginnings: ['900', '976'],
    kind: 'premium_rate',
    isCertain: true,
    source: 'NANPA, 900 NPA; 976 written without an area code',
  },
  {
    codes: ['7'],
    beginnings: ['810'],
    kind: 'non_geographic',
    isCertain: false,
    source: 'Russian numbering plan: 8-10 leads out of the country',
  },
  {
    codes: ['34'],
    beginnings: ['803', '806', '807', '905', '907'],
    kind: 'premium_rate',
    isCertain: true,
    source: 'CNMC, Plan Nacional de Numeración: tarificación adicional, 907 data services',
  },
  {
    codes: ['41'],
    beginnings: ['90'],
    kind: 'premium_rate',
    isCertain: true,
    source: 'OFCOM (Switzerland), numbering plan E.164/2002: 0900, 0901, 0906 value-added services',
  },
  {
    codes: ['43'],
    beginnings: ['90', '93'],
    kind: 'premium_rate',
    isCertain: true,
    source: 'RTR, KEM-V 2009: Mehrwertdienste 0900, 0901, 0930, 0931, 0939',
  },
  {
    codes: ['48'],
    beginnings: ['30', '70'],
    kind: 'premium_rate',
    isCertain: false,
    source: 'UKE, national numbering plan: 30x and 70x services of premium rate',
  },
  {
    codes: ['61'],
    beginnings: ['145', '147'],
    kind: 'non_geographic',
    isCertain: true,
    source: 'ACMA, Telecommunications Numbering Plan 2025: 0145 and 0147 satellite telephone services',
  },
  {
    codes: ['62'],
    beginnings: ['868'],
    kind: 'non_geographic',
    isCertain: true,
    source: 'Indonesian numbering plan (Kemkominfo): 868 satellite telephones',
  },
  {
    codes: ['7'],
    beginnings: ['954'],
    kind: 'non_geographic',
    isCertain: true,
    source: 'Russian numbering plan: 954 satellite telephones',
  },
  {
    codes: ['86'],
    beginnings: ['1349', '1740', '1741', '1742', '1743', '1744', '1745'],
    kind: 'non_geographic',
    isCertain: true,
    source: 'Chinese numbering plan (MIIT): 1349 and 1740 to 1745 satellite telephones',
  },
  {
    codes: ['90'],
    beginnings: ['592'],
    kind: 'non_geographic',
    isCertain: true,
    source: 'Turkish numbering plan (BTK): 592 satellite telephones',
  },
  {
    codes: ['61'],
    beginnings: ['19'],
    kind: 'premium_rate',
    isCertain: true,
    source: 'ACMA, Telecommunications Numbering Plan 2025: 19 premium rate services',
  },
];

/** Returns the kind of a range in this table, as far as `isCertain` lets it count. */
export function costlyKind(
  callingCode: string,
  national: string,
  { isCertain }: Pick<CostlyRange, 'isCertain'>,
): RefusedNumberKind | null {
  const range = COSTLY_RANGES.find(
    (one) =>
      one.isCertain === isCertain &&
      one.codes.includes(callingCode) &&
      one.beginnings.some((beginning) => national.startsWith(beginning)),
  );
  return range?.kind ?? null;
}

/** Numbers for stories and examples, in blocks without other numbers. They never ring. */
const KEPT_FOR_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  // NANPA: 555 is no area code.
  '1': ['555'],
  // ComReg, National Numbering Conventions: (020) 91X XXXX.
  '353': ['2091'],
};

export function isKeptForExamples(callingCode: string, national: string): boolean {
  return KEPT_FOR_EXAMPLES[callingCode]?.some((beginning) => national.startsWith(beginning)) ?? false;
}
