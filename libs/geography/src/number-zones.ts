import { IANAZone } from 'luxon';
import { planCountryOf } from './number-kind.js';
import { callingCodeOf, planOfCode } from './number-plans.js';
import { WHOLE_COUNTRY, ZONES_OF_AREAS } from './zones/area-zones.js';
import { COUNTRIES_WITH_ZONES, OLDER_NAME } from './zones/countries-with-zones.js';
import { ZONE_OF_EXCHANGES } from './zones/nanp-exchanges.js';
import { AREAS_IN_ONE_ZONE, COUNTRY_OF_AREA, MAIN_ZONES, SPLIT_AREAS } from './zones/nanp-zones.js';
import { ZONE_OF_COUNTRY } from './zones/zone-of-country.js';

type Zones = readonly string[];

const NORTH_AMERICA = '1';
const AREA_CODE = 3;
/** Digits of an area code and an exchange. */
const AREA_AND_EXCHANGE = 6;

/**
 * Returns every time zone in which a number may lie, by its digits. It uses the area code if there is one, else all
 * zones in which people of its country live. In doubt it returns more zones.
 *
 * @param digits an E.164 number without its plus.
 * @returns IANA names, sorted; empty if nothing is known.
 */
export function zonesOfNumber(digits: string): Zones {
  const code = callingCodeOf(digits);
  if (code === null) return [];
  const national = digits.slice(code.length);
  if (code === NORTH_AMERICA) return zonesInNorthAmerica(national);
  const country = planCountryOf(code, national);
  const countries = country === null ? planOfCode(code).plans.map((plan) => plan.country) : [country];
  const [only, ...others] = countries.map((one) => zonesInCountry(one, national));
  return others.length === 0 ? (only ?? []) : merged([only!, ...others]);
}

/** Returns the zone in which most people of a country live; null if unknown. */
export function mainZoneOf(country: string | null): string | null {
  if (country === null) return null;
  return MAIN_ZONES[country] ?? ZONE_OF_COUNTRY[country] ?? COUNTRIES_WITH_ZONES[country]?.zones[0] ?? null;
}

function zonesInCountry(country: string, national: string): Zones {
  const area = areaIn(areasOf(country), withoutMobileDigit(country, national));
  return area ?? allZonesOf(country);
}

const allZones = new Map<string, Zones>();

function allZonesOf(country: string): Zones {
  return remembered(allZones, country, () => {
    const zone = ZONE_OF_COUNTRY[country];
    return zone === undefined ? runnable(COUNTRIES_WITH_ZONES[country]?.zones ?? []) : runnable([zone]);
  });
}

/** Removes the 1 that Mexico's mobile numbers once had before the area code. */
function withoutMobileDigit(country: string, national: string): string {
  return country === 'MX' && national.length === 11 && national.startsWith('1') ? national.slice(1) : national;
}

const areas = new Map<string, ReadonlyMap<string, Zones>>();

function areasOf(country: string): ReadonlyMap<string, Zones> {
  return remembered(areas, country, () => {
    const rows = Object.entries(ZONES_OF_AREAS[country] ?? {});
    return new Map(
      rows.flatMap(([beginnings, names]) => {
        const zones = names === WHOLE_COUNTRY ? allZonesOf(country) : runnable(names.split(' '));
        return beginnings.split(' ').map((beginning): [string, Zones] => [beginning, zones]);
      }),
    );
  });
}

/** Length that exceeds every beginning in the table. */
const MOST_DIGITS = 5;

function areaIn(zonesOf: ReadonlyMap<string, Zones>, national: string): Zones | undefined {
  for (let length = zonesOf.size === 0 ? 0 : MOST_DIGITS; length > 0; length--) {
    const zones = zonesOf.get(national.slice(0, length));
    if (zones) return zones;
  }
  return undefined;
}

interface NorthAmerica {
  readonly zonesOfArea: ReadonlyMap<string, Zones>;
  /** Zones by area code and exchange. */
  readonly zonesOfExchange: ReadonlyMap<string, Zones>;
  /** Zones of numbers without an area, and of area codes that are newer than the tables. */
  readonly all: Zones;
}

let northAmerica: NorthAmerica | undefined;

function zonesInNorthAmerica(national: string): Zones {
  northAmerica ??= loadNorthAmerica();
  const { zonesOfExchange, zonesOfArea, all } = northAmerica;
  return (
    zonesOfExchange.get(national.slice(0, AREA_AND_EXCHANGE)) ?? zonesOfArea.get(national.slice(0, AREA_CODE)) ?? all
  );
}

function loadNorthAmerica(): NorthAmerica {
  const whole = Object.entries(AREAS_IN_ONE_ZONE).flatMap(([zone, codes]) => rowsOf(codes, [zone]));
  const split = SPLIT_AREAS.flatMap(({ codes, zones }) => rowsOf(codes, zones));
  const islands = Object.entries(COUNTRY_OF_AREA).flatMap(([country, codes]) => rowsOf(codes, allZonesOf(country)));
  const zonesOfArea = new Map([...whole, ...split, ...islands]);
  const exchanges = Object.entries(ZONE_OF_EXCHANGES).flatMap(([code, zones]) =>
    Object.entries(zones).flatMap(([zone, listed]) => rowsOf(prefixed(code, listed), [zone])),
  );
  return { zonesOfArea, zonesOfExchange: new Map(exchanges), all: merged([...zonesOfArea.values()]) };
}

function prefixed(code: string, exchanges: string): string {
  return exchanges
    .split(' ')
    .map((exchange) => code + exchange)
    .join(' ');
}

function rowsOf(codes: string, zones: Zones): [string, Zones][] {
  const known = runnable(zones);
  return codes.split(' ').map((code) => [code, known]);
}

function merged(lists: readonly Zones[]): Zones {
  return lists.some((zones) => zones.length === 0) ? [] : [...new Set(lists.flat())].toSorted();
}

/**
 * Returns zones by names that this runtime knows. An unknown zone cannot be left out, because the number may lie in it.
 * The result is then empty.
 */
function runnable(zones: Zones): Zones {
  const names = zones.map((zone) => (isRunnable(zone) ? zone : (OLDER_NAME[zone] ?? zone)));
  return names.every(isRunnable) ? [...new Set(names)].toSorted() : [];
}

const runnableZones = new Map<string, boolean>();

function isRunnable(zone: string): boolean {
  return remembered(runnableZones, zone, () => IANAZone.isValidZone(zone));
}

function remembered<Value>(known: Map<string, Value>, key: string, find: () => Value): Value {
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}
