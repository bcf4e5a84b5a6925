import { IANAZone } from 'luxon';
import { readPrefixTable } from './data-file.js';

interface ZoneTable {
  readonly zonesOf: ReadonlyMap<string, readonly string[]>;
  readonly longestPrefix: number;
}

let table: ZoneTable | undefined;

/**
 * Every time zone a number may lie in: the longest prefix that is listed decides, down to the whole country's.
 *
 * @param digits an E.164 number without its plus.
 * @returns IANA names, sorted; empty if nothing is known.
 */
export function zonesOfNumber(digits: string): readonly string[] {
  table ??= loadTable();
  for (let length = Math.min(table.longestPrefix, digits.length); length > 0; length--) {
    const zones = table.zonesOf.get(digits.slice(0, length));
    if (zones) return zones;
  }
  return [];
}

function loadTable(): ZoneTable {
  const rows = readPrefixTable('timezones');
  const listOf = new Map([...new Set(rows.values())].map((text) => [text, zoneList(text)]));
  const zonesOf = new Map([...rows].map(([prefix, text]) => [prefix, listOf.get(text) ?? []]));
  return { zonesOf, longestPrefix: Math.max(...[...rows.keys()].map((prefix) => prefix.length)) };
}

/**
 * A zone that this runtime does not know cannot be left out: the number may lie just there. So nothing is known of such
 * a number.
 */
function zoneList(text: string): readonly string[] {
  const zones = text.split('&').sort();
  return zones.every((zone) => IANAZone.isValidZone(zone)) ? zones : [];
}
