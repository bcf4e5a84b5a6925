import { IANAZone } from 'luxon';

/**
 * Form of IANA's names. Their parts begin with a capital; small words stand between (`Port-au-Prince`, `Isle_of_Man`),
 * and numbers at the end (`Etc/GMT+5`).
 */
const WRITTEN_AS_IANA_DOES =
  /^[A-Z][A-Za-z]*(?:[_-][A-Za-z]+)*(?:\/[A-Z][A-Za-z]*(?:[_-][A-Za-z]+)*(?:[+-]?\d{1,2})?)+$/;

/**
 * True for an IANA time zone's name in IANA's own spelling. Abbreviations ('EST') and offsets ('+02:00') are rejected,
 * because they have no summer time. Former names that still work ('Europe/Kiev') count.
 */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  return WRITTEN_AS_IANA_DOES.test(name) && IANAZone.isValidZone(name) && hasItsOwnCase(name);
}

/** True if the name has IANA's capitals. The runtime ignores case, but returns the official name or an alias. */
function hasItsOwnCase(name: string): boolean {
  const answered = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  return answered === name || answered.toLowerCase() !== name.toLowerCase();
}
