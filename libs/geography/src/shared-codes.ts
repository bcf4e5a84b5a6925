/**
 * Beginnings of numbers of the smaller countries that share a calling code. Libphonenumber distinguishes them by
 * allocated numbers only, and calls to these countries cost more.
 */
export const COUNTRY_OF_BEGINNING: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // Ofcom, National Telephone Numbering Plan; the islands' regulators (JCRA, GCRA, CURA).
  '44': {
    IM: ['1624', '74576', '7524', '7624', '7924'],
    JE: ['1534', '7509', '77003', '77007', '77008', '7797', '7829', '7937'],
    GG: ['1481', '7781', '7839', '79111', '79113', '79114', '79115', '79116', '79117', '79119'],
  },
  // ITU, Kazakhstan (+7): 6XX and 7XX.
  '7': { KZ: ['6', '7'], RU: ['3', '4', '8', '9'] },
  // ACMA, Telecommunications Numbering Plan 2025, schedule 2.
  '61': { CX: ['89164'], CC: ['89162'] },
  // ANRT, plan national de numérotation: the south has 528 8 and 528 9.
  '212': { EH: ['5288', '5289'] },
  // Arcep, plan national de numérotation: Mayotte.
  '262': { YT: ['269', '639'] },
  // Serbia's plan (RATEL) still names the areas of Kosovo.
  '381': { XK: ['28', '29', '38', '39'] },
};

export function countryOfBeginning(callingCode: string, national: string): string | null {
  const countries = Object.entries(COUNTRY_OF_BEGINNING[callingCode] ?? {});
  const found = countries.find(([, beginnings]) => beginnings.some((beginning) => national.startsWith(beginning)));
  return found?.[0] ?? null;
}

/**
 * Calling codes for which the table has every beginning of the smaller countries: other numbers are the largest one's.
 */
const ALL_BEGINNINGS_KNOWN = new Set(['7', '44', '61', '212']);

export function isRestTheLargest(callingCode: string): boolean {
  return ALL_BEGINNINGS_KNOWN.has(callingCode);
}
