import { describe, expect, it } from 'vitest';
import { isTimeZone } from './time-zone.js';

describe('isTimeZone', () => {
  it('every zone of the runtime is a time zone', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'));
    expect(zones.length).toBeGreaterThan(400);
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
  });

  it.each([
    'UTC',
    'Etc/UTC',
    'Etc/GMT+5',
    'Etc/GMT-14',
    'Europe/Kyiv',
    'Europe/Kiev',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'US/Eastern',
  ])('the name %s is a time zone', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each([
    '',
    'EST',
    'GMT',
    'utc',
    'Local',
    '+02:00',
    'UTC+2',
    'Mars/Phobos',
    'europe/london',
    'Europe/london',
    'EUROPE/LONDON',
    'asia/kolkata',
    ' Europe/London',
    'Europe/London/',
  ])('the name %j is no time zone', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
