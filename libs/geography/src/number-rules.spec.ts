import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { COSTLY_RANGES } from './costly-ranges.js';
import { judgeNumber, NUMBER_RULES } from './number-kind.js';
import { areaOfNumber } from './number-area.js';
import { COVERED_AREA, REGION_OF_NAME, SHARED_AREAS } from './regions.js';
import { COUNTRY_OF_BEGINNING } from './shared-codes.js';
import { ZONES_OF_AREAS } from './zones/area-zones.js';
import { COUNTRIES_WITH_ZONES, OLDER_NAME } from './zones/countries-with-zones.js';
import { ZONE_OF_EXCHANGES } from './zones/nanp-exchanges.js';
import { AREAS_IN_ONE_ZONE, COUNTRY_OF_AREA, SPLIT_AREAS } from './zones/nanp-zones.js';
import { numbersOfAreas } from './zones/sample-numbers.fixture.js';
import { ZONE_OF_COUNTRY } from './zones/zone-of-country.js';

/**
 * First number of `NUMBER_RULES`, and the hash of that version's tables and answers. If this fails, raise that number,
 * so that stored areas are judged again, and write the new pair here.
 */
const FINGERPRINT_OF_RULES = ['3', 'bdd716f65aaaa6cd'];

it('the first number of the rules rises when the tables or the rules change', () => {
  const tables = [
    [ZONE_OF_COUNTRY, COUNTRIES_WITH_ZONES, OLDER_NAME, ZONES_OF_AREAS],
    [AREAS_IN_ONE_ZONE, SPLIT_AREAS, COUNTRY_OF_AREA, ZONE_OF_EXCHANGES],
    [COSTLY_RANGES, COUNTRY_OF_BEGINNING, COVERED_AREA, REGION_OF_NAME, SHARED_AREAS],
  ];
  const answers = numbersOfAreas().map(({ digits }) => {
    const { zones, ...area } = areaOfNumber(`+${digits}`, null);
    return { ...area, zones: zones.filter((zone) => !(zone in OLDER_NAME)), ...judgeNumber(`+${digits}`) };
  });
  const text = JSON.stringify([tables, answers]);
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
  expect([NUMBER_RULES.split('/')[0], fingerprint]).toEqual(FINGERPRINT_OF_RULES);
});

it('the version names the packages with tables', () => {
  expect(NUMBER_RULES).toMatch(/^\d+\/\d+\.\d+\.\d+\/\d+\.\d+\.\d+$/);
  expect(NUMBER_RULES.length).toBeLessThanOrEqual(50);
});
