import { getCountries } from 'libphonenumber-js/max';
import { IANAZone } from 'luxon';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { zonesOfNumber } from '../number-zones.js';
import { WHOLE_COUNTRY, ZONES_OF_AREAS } from './area-zones.js';
import { clockOf } from './clocks.fixture.js';
import { COUNTRIES_WITH_ZONES, OLDER_NAME } from './countries-with-zones.js';
import { ZONE_OF_EXCHANGES } from './nanp-exchanges.js';
import { AREAS_IN_ONE_ZONE, COUNTRY_OF_AREA, MAIN_ZONES, SPLIT_AREAS } from './nanp-zones.js';
import { zonesByCldr } from './sample-numbers.fixture.js';
import { ZONE_OF_COUNTRY } from './zone-of-country.js';

const ZONE_TAB = '/usr/share/zoneinfo/zone.tab';
const IN_NORTH_AMERICA = Object.keys(MAIN_ZONES);
/** Countries without numbers: Antarctica (stations have those of their countries), Midway and Wake. */
const WITHOUT_NUMBERS = ['AQ', 'UM'];
/** Zones of areas that are counted to another country: Crimea, Gaza and the West Bank, Northern Cyprus, Antarctica. */
const OF_ANOTHER_COUNTRY: Readonly<Record<string, RegExp>> = {
  RU: /^Europe\/Simferopol$/,
  IL: /^Asia\/(?:Gaza|Hebron)$/,
  TR: /^Asia\/Famagusta$/,
  NF: /^Antarctica\//,
};

const zonesOf = (country: string): readonly string[] =>
  COUNTRIES_WITH_ZONES[country]?.zones ?? (ZONE_OF_COUNTRY[country] ? [ZONE_OF_COUNTRY[country]] : []);
const areaRows = Object.entries(ZONES_OF_AREAS).flatMap(([country, rows]) =>
  Object.entries(rows).map(([beginnings, zones]) => ({ country, beginnings: beginnings.split(' '), zones })),
);
const northAmerican = [
  ...Object.entries(AREAS_IN_ONE_ZONE).map(([zone, codes]) => ({ codes: codes.split(' '), zones: [zone] })),
  ...SPLIT_AREAS.map(({ codes, zones }) => ({ codes: codes.split(' '), zones })),
];

describe('The tables of zones', () => {
  it('the tables have every country that has telephone numbers', () => {
    expect(getCountries().filter((country) => zonesOf(country).length === 0)).toEqual(IN_NORTH_AMERICA.toSorted());
    expect(Object.keys(COUNTRIES_WITH_ZONES).filter((country) => country in ZONE_OF_COUNTRY)).toEqual([]);
  });

  it('the tables name zones that this runtime knows', () => {
    const named = [
      ...getCountries().flatMap(zonesOf),
      ...areaRows.flatMap(({ zones }) => zones.split(' ')).filter((zone) => zone !== WHOLE_COUNTRY),
      ...northAmerican.flatMap(({ zones }) => zones),
      ...Object.values(OLDER_NAME),
      ...Object.values(MAIN_ZONES),
    ];
    expect(named.filter((zone) => !IANAZone.isValidZone(zone) && !(zone in OLDER_NAME))).toEqual([]);
  });

  it.skipIf(!existsSync(ZONE_TAB))('the tables agree with zone.tab, except for the zones that they leave out', () => {
    const rows = readFileSync(ZONE_TAB, 'utf8')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => line.split('\t'));
    const countries = [...new Set(rows.map(([country = '']) => country))];
    const others = countries.filter((country) => ![...IN_NORTH_AMERICA, ...WITHOUT_NUMBERS].includes(country));
    for (const country of others) {
      const theirs = rows.filter(([code]) => code === country).map(([, , zone = '']) => zone);
      const named = [...zonesOf(country), ...Object.keys(COUNTRIES_WITH_ZONES[country]?.leftOut ?? {})];
      const ours = named.filter((zone) => theirs.includes(zone) || !(zone in OLDER_NAME));
      expect([country, ours.toSorted()]).toEqual([country, theirs.toSorted()]);
    }
    expect(others.length).toBeGreaterThan(240);
  });

  it("the tables have the clocks of CLDR, which is the runtime's own list", () => {
    const clocks = (zones: readonly string[]) => [...new Set(zones.map(clockOf))].sort();
    for (const country of getCountries().filter((code) => zonesByCldr(code).length > 0)) {
      const leftOut = Object.keys(COUNTRIES_WITH_ZONES[country]?.leftOut ?? {});
      const theirs = zonesByCldr(country).filter((zone) => !leftOut.includes(zone));
      const ours = zonesOf(country);
      if (ours.length > 0) expect([country, clocks(ours)]).toEqual([country, clocks(theirs)]);
    }
  });

  it('the area codes have every clock of the USA and Canada', () => {
    const ours = new Set(northAmerican.flatMap(({ zones }) => zones).map(clockOf));
    const theirs = IN_NORTH_AMERICA.flatMap(zonesByCldr);
    expect(theirs.length).toBeGreaterThan(45);
    expect(theirs.filter((zone) => !ours.has(clockOf(zone)))).toEqual([]);
  });
});

describe('Areas', () => {
  it('areas are distinguished by digits, each once, and lie in zones of their country', () => {
    for (const { country, beginnings, zones } of areaRows) {
      expect(beginnings.filter((beginning) => !/^\d{1,4}$/.test(beginning))).toEqual([]);
      const strange = zones.split(' ').filter((zone) => !zonesOf(country).includes(zone) && zone !== WHOLE_COUNTRY);
      expect(strange.filter((zone) => !OF_ANOTHER_COUNTRY[country]?.test(zone))).toEqual([]);
    }
    const all = areaRows.flatMap(({ country, beginnings }) => beginnings.map((beginning) => country + beginning));
    expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
  });

  it('areas of North America are named once', () => {
    const islands = Object.values(COUNTRY_OF_AREA).flatMap((codes) => codes.split(' '));
    const all = [...northAmerican.flatMap(({ codes }) => codes), ...islands];
    expect(all.filter((code, index) => all.indexOf(code) !== index || !/^[2-9]\d\d$/.test(code))).toEqual([]);
    expect(all.length).toBeGreaterThan(450);
  });

  it('overlays of North America have the same zones, whatever the exchange', () => {
    for (const { codes, zones } of northAmerican) {
      for (const code of codes) expect([code, zonesOfNumber(`1${code}5550143`)]).toEqual([code, zones.toSorted()]);
    }
  });

  it('areas have exchanges that lie in one of their zones, each once', () => {
    for (const [code, zones] of Object.entries(ZONE_OF_EXCHANGES)) {
      const area = northAmerican.find(({ codes }) => codes.includes(code));
      expect([code, Object.keys(zones).filter((zone) => !area?.zones.includes(zone))]).toEqual([code, []]);
      const exchanges = Object.values(zones).flatMap((listed) => listed.split(' '));
      const wrong = exchanges.filter((one, index) => !/^[2-9]\d\d$/.test(one) || exchanges.indexOf(one) !== index);
      expect([code, wrong]).toEqual([code, []]);
    }
  });
});
