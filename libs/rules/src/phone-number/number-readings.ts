/**
 * National prefixes beside `0`, by calling code. They are dialed within a country, and people write them after its
 * code. Source: ITU, Operational Bulletin, "Dialling procedures". Prefixes of earlier plans are included, because
 * people still write them.
 */
const TRUNK_PREFIXES: Readonly<Record<string, readonly string[]>> = {
  '1': ['1'],
  '7': ['8'],
  '36': ['06'],
  '52': ['044', '045', '01'],
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
 * Calling codes under which a zero may belong to a number; `number-kind.spec.ts` compares them with libphonenumber's
 * plans.
 */
export const CODES_WITH_ZEROS: ReadonlySet<string> = new Set(
  '39 47 62 66 81 82 91 225 226 227 229 241 242 247 250 267 268 359 378 501 507 598 676 679 687 853 974 992'.split(' '),
);

/**
 * Argentine mobile numbers with both prefixes. They have a 9 before them from abroad, or a 15 after their area code
 * within the country. Some people write both.
 */
const NINE_AND_FIFTEEN = [/^(911)15(\d{8})$/, /^(9[23]\d\d)15(\d{7})$/, /^(9[23]\d{3})15(\d{6})$/] as const;

/**
 * Returns other numbers as which an exchange may read a national number: without the prefix of its country.
 *
 * @param national the digits after the calling code.
 * @returns other numbers, the likeliest first, none of them empty.
 */
export function otherReadings(callingCode: string, national: string): string[] {
  const prefixes = (TRUNK_PREFIXES[callingCode] ?? []).filter((prefix) => national.startsWith(prefix));
  const dropped = [...prefixes.map((prefix) => national.slice(prefix.length)), ...withoutZeros(national)];
  const without15 = callingCode === '54' ? withoutFifteen(national) : [];
  return [...new Set([...dropped, ...without15])].filter((reading) => reading !== '' && reading !== national);
}

function withoutFifteen(national: string): string[] {
  return NINE_AND_FIFTEEN.filter((pattern) => pattern.test(national)).map((pattern) =>
    national.replace(pattern, '$1$2'),
  );
}

/** Returns the number without its first zero, then without its first two, and so on. */
function withoutZeros(national: string): string[] {
  const zeros = national.length - national.replace(/^0+/, '').length;
  return Array.from({ length: zeros }, (_, index) => national.slice(index + 1));
}

/** True if this is no number of its country until a zero is dropped. */
export function hasTrunkZero(callingCode: string, national: string): boolean {
  return national.startsWith('0') && !CODES_WITH_ZEROS.has(callingCode);
}
