/**
 * National prefixes beside `0`, by calling code. They are dialed within a country, and people write them after its
 * code. Source: ITU, Operational Bulletin, "Dialling procedures"; those of earlier plans too, for people go on writing
 * them.
 */
const TRUNK_PREFIXES: Readonly<Record<string, readonly string[]>> = {
  '1': ['1'],
  '7': ['8'],
  '36': ['06'],
  '52': ['044', '045', '01', '1'],
  '370': ['8'],
  '373': ['8'],
  '374': ['8'],
  '375': ['80', '8'],
  '380': ['8'],
  '692': ['1'],
  '992': ['8'],
  '993': ['8'],
  '994': ['8'],
  '995': ['8'],
  '998': ['8'],
};

/**
 * Calling codes under which a zero may belong to a number; `number-kind.spec.ts` holds them to libphonenumber's plans.
 */
export const CODES_WITH_ZEROS: ReadonlySet<string> = new Set(
  '39 47 62 66 81 82 91 225 226 227 229 241 242 247 250 267 268 359 378 501 507 598 676 679 687 853 974 992'.split(' '),
);

/**
 * Mobile numbers in Brazil have begun with a 9 since 2016; exchanges complete the old ones (Anatel, Resolution
 * 553/2010).
 */
const OLD_BRAZILIAN_MOBILE = /^([1-9]{2})([689]\d{7})$/;

/**
 * Other numbers that an exchange may take a national number for: without the prefix of its country, or in today's form.
 *
 * @param national the digits after the calling code.
 * @returns other numbers, the likeliest first, none of them empty.
 */
export function otherReadings(callingCode: string, national: string): string[] {
  const prefixes = (TRUNK_PREFIXES[callingCode] ?? []).filter((prefix) => national.startsWith(prefix));
  const dropped = [...prefixes.map((prefix) => national.slice(prefix.length)), ...withoutZeros(national)];
  const today = callingCode === '55' ? [national, ...dropped].map(todaysBrazilian) : [];
  return [...new Set([...today, ...dropped])].filter((reading) => reading !== '' && reading !== national);
}

/** Without its first zero, then without its first two, and so on. */
function withoutZeros(national: string): string[] {
  const zeros = national.length - national.replace(/^0+/, '').length;
  return Array.from({ length: zeros }, (_, index) => national.slice(index + 1));
}

function todaysBrazilian(national: string): string {
  return national.replace(OLD_BRAZILIAN_MOBILE, '$19$2');
}

/** Is this no number of its country before a zero is dropped? */
export function hasTrunkZero(callingCode: string, national: string): boolean {
  return national.startsWith('0') && !CODES_WITH_ZEROS.has(callingCode);
}
