import { describe, expect, it } from 'vitest';
import { mainZoneOf, zonesOfNumber } from '../number-zones.js';
import { clockOf } from './clocks.fixture.js';
import { sampleNumbers, zonesByPrefixTable, type SampleNumber } from './sample-numbers.fixture.js';

const SAMPLES = sampleNumbers();

/** Is there a zone with the clock by which the person lives? */
const hasClock = (zones: readonly string[], { zone }: SampleNumber) =>
  zones.some((one) => clockOf(one) === clockOf(zone));

describe('The zones of a number', () => {
  it('the zones include the true zone of a number, in all countries and their areas', () => {
    expect(new Set(SAMPLES.map(({ digits }) => digits)).size).toBeGreaterThan(2_000);
    expect(new Set(SAMPLES.map(({ country }) => country)).size).toBeGreaterThan(230);
    expect(SAMPLES.filter((sample) => !hasClock(zonesOfNumber(sample.digits), sample))).toEqual([]);
  });

  it('the prefix table, the former rule, lacks the true zone of one number in eight', () => {
    const wrong = SAMPLES.filter((sample) => !hasClock(zonesByPrefixTable(sample.digits), sample));
    expect(wrong.length / SAMPLES.length).toBeGreaterThan(0.12);
  });

  it.each([
    ['212612345678', ['Africa/Casablanca']],
    ['212528812345', ['Africa/El_Aaiun']],
    ['213551234567', ['Africa/Algiers']],
    ['218912345678', ['Africa/Tripoli']],
    ['50581234567', ['America/Managua']],
    ['211912345678', ['Africa/Juba']],
    ['9779841234567', ['Asia/Kathmandu']],
    ['38344123456', ['Europe/Belgrade']],
    ['85362123456', ['Asia/Macau']],
    ['247401234', ['Atlantic/St_Helena']],
    ['2908123', ['Atlantic/St_Helena']],
    ['442079460123', ['Europe/London']],
    ['447700900123', ['Europe/London']],
    ['441534123456', ['Europe/Jersey']],
    ['447797123456', ['Europe/Jersey']],
    ['441624123456', ['Europe/Isle_of_Man']],
    ['441481123456', ['Europe/Guernsey']],
    ['4779123456', ['Arctic/Longyearbyen']],
    ['35818123456', ['Europe/Mariehamn']],
    ['61891641234', ['Indian/Christmas']],
    ['61891621234', ['Indian/Cocos']],
    ['262639123456', ['Indian/Mayotte']],
    ['262692123456', ['Indian/Reunion']],
    ['590690123456', ['America/Guadeloupe']],
    ['59995123456', ['America/Curacao']],
  ])('the zone of the country counts: +%s, %j', (digits, zones) => {
    expect(zonesOfNumber(digits)).toEqual(zones);
  });

  it.each([
    ['61892234567', ['Australia/Perth']],
    ['61889812345', ['Australia/Darwin']],
    ['61732345678', ['Australia/Brisbane', 'Australia/Lindeman']],
    ['61292345678', ['Australia/Sydney']],
    ['525512345678', ['America/Mexico_City']],
    ['5215512345678', ['America/Mexico_City']],
    ['526641234567', ['America/Tijuana']],
    ['526561234567', ['America/Ciudad_Juarez']],
    ['5511912345678', ['America/Sao_Paulo']],
    ['5568912345678', ['America/Rio_Branco']],
    ['62361123456', ['Asia/Makassar']],
    ['74012123456', ['Europe/Kaliningrad']],
    ['74951234567', ['Europe/Moscow']],
    ['34928123456', ['Atlantic/Canary']],
    ['34912345678', ['Europe/Madrid']],
    ['351296123456', ['Atlantic/Azores']],
    ['6433051234', ['Pacific/Chatham']],
    ['6493051234', ['Pacific/Auckland']],
    ['12025550143', ['America/New_York']],
    ['16895550143', ['America/New_York']],
    ['17875550143', ['America/Puerto_Rico']],
  ])('the zones of the area count: +%s, %j', (digits, zones) => {
    expect(zonesOfNumber(digits)).toEqual(zones);
  });

  it.each([
    ['61412345678', ['Australia/Perth', 'Australia/Sydney', 'Australia/Eucla', 'Australia/Lord_Howe']],
    ['611300123456', ['Australia/Perth', 'Australia/Sydney']],
    ['79161234567', ['Europe/Kaliningrad', 'Europe/Moscow', 'Asia/Kamchatka']],
    ['78001234567', ['Europe/Kaliningrad', 'Asia/Kamchatka']],
    ['77012345678', ['Asia/Almaty', 'Asia/Oral']],
    ['34612345678', ['Atlantic/Canary', 'Europe/Madrid', 'Africa/Ceuta']],
    ['351912345678', ['Atlantic/Azores', 'Atlantic/Madeira', 'Europe/Lisbon']],
    ['56912345678', ['America/Santiago', 'America/Punta_Arenas', 'Pacific/Easter']],
    ['6281212345678', ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']],
    ['6421123456', ['Pacific/Auckland', 'Pacific/Chatham']],
    ['8613912345678', ['Asia/Shanghai', 'Asia/Urumqi']],
    ['243812345678', ['Africa/Kinshasa', 'Africa/Lubumbashi']],
    ['97699123456', ['Asia/Hovd', 'Asia/Ulaanbaatar']],
    ['593991234567', ['America/Guayaquil', 'Pacific/Galapagos']],
    ['380671234567', ['Europe/Kyiv', 'Europe/Simferopol']],
    ['905338612345', ['Asia/Famagusta', 'Europe/Istanbul']],
    ['972591234567', ['Asia/Gaza', 'Asia/Jerusalem']],
  ])('a number without an area has all zones in which people of its country live: +%s', (digits, zones) => {
    expect(zonesOfNumber(digits)).toEqual(expect.arrayContaining(zones));
  });

  it.each([
    ['an exchange of which the town is known', '18509321234', ['America/Chicago']],
    ['an exchange that is listed without a town', '18502061234', ['America/Chicago', 'America/New_York']],
    ['an exchange that is listed with nine others', '18504311234', ['America/Chicago', 'America/New_York']],
    ['an exchange that is listed wrongly', '18502271234', ['America/Chicago', 'America/New_York']],
    ['an exchange that is not listed', '18505550143', ['America/Chicago', 'America/New_York']],
    ['a code that covers another', '14482101234', ['America/Chicago', 'America/New_York']],
    ['a code that covers another, newer than the table', '17292345678', ['America/Chicago', 'America/New_York']],
    ['an exchange in the mountains', '12082261234', ['America/Boise']],
    ['an exchange of a county that has changed its clock', '17016671234', ['America/Chicago']],
    ['no whole exchange', '185043', ['America/Chicago', 'America/New_York']],
  ])('a number of a split area code has its zones: %s', (_what, digits, zones) => {
    expect(zonesOfNumber(digits)).toEqual(zones);
  });

  it('a number whose area code is unknown has all zones of North America', () => {
    for (const digits of ['18002530000', '15552345678', '1', '12'])
      expect(zonesOfNumber(digits)).toEqual(
        expect.arrayContaining(['America/St_Johns', 'Pacific/Guam', 'Pacific/Honolulu', 'America/New_York']),
      );
  });

  it('a number of no country has no zones', () => {
    for (const digits of ['99912345678', '80012345678', '881612345678', '']) expect(zonesOfNumber(digits)).toEqual([]);
  });

  it('the zones are sorted, and unique', () => {
    for (const { digits } of SAMPLES) expect(zonesOfNumber(digits)).toEqual([...new Set(zonesOfNumber(digits))].sort());
  });
});

it('the main zone is among those of numbers that may lie anywhere in the country', () => {
  expect(zonesOfNumber('79161234567')).toContain(mainZoneOf('RU'));
  expect(['US', 'CA', 'DZ', 'AU', 'ZZ', null].map(mainZoneOf)).toEqual([
    'America/New_York',
    'America/Toronto',
    'Africa/Algiers',
    'Australia/Sydney',
    null,
    null,
  ]);
});
