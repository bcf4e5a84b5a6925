import { IANAZone } from 'luxon';

/**
 * A name's parts begin with a capital; small words stand between (`Port-au-Prince`, `Isle_of_Man`), numbers at the end
 * (`Etc/GMT+5`).
 */
const WRITTEN_AS_IANA_DOES =
  /^[A-Z][A-Za-z]*(?:[_-][A-Za-z]+)*(?:\/[A-Z][A-Za-z]*(?:[_-][A-Za-z]+)*(?:[+-]?\d{1,2})?)+$/;

/**
 * Is this an IANA time zone's name, in IANA's own spelling? Abbreviations ('EST') and offsets ('+02:00') are none: they
 * know no summer time. Former names that still hold ('Europe/Kiev') count.
 */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  return WRITTEN_AS_IANA_DOES.test(name) && IANAZone.isValidZone(name) && hasItsOwnCase(name);
}

/** The runtime ignores case. Where it answers with the same name, or the tables list it, that is how it is written. */
function hasItsOwnCase(name: string): boolean {
  const answered = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  return answered === name || answered.toLowerCase() !== name.toLowerCase();
}
