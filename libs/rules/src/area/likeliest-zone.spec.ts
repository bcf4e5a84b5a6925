import { describe, expect, it } from 'vitest';
import { likeliestZone } from './likeliest-zone.js';

const SUMMER = new Date('2026-07-03T13:05:00.000Z');
const WINTER = new Date('2026-01-03T13:05:00.000Z');

describe('The likeliest of several zones', () => {
  it.each([
    ['the only one', ['America/New_York'], SUMMER, 'America/New_York'],
    ['the first of two', ['America/Chicago', 'America/New_York'], SUMMER, 'America/Chicago'],
    ['that of most clocks', ['America/Denver', 'America/Detroit', 'America/New_York'], SUMMER, 'America/Detroit'],
    [
      'that of most clocks now',
      ['America/Denver', 'America/Phoenix', 'America/Los_Angeles'],
      SUMMER,
      'America/Phoenix',
    ],
    [
      'that of most clocks then',
      ['America/Phoenix', 'America/Denver', 'America/Los_Angeles'],
      WINTER,
      'America/Phoenix',
    ],
    ['UTC where there is none', [], SUMMER, 'UTC'],
  ])('the likeliest zone is %s', (_what, zones, at, zone) => {
    expect(likeliestZone(zones, null, at)).toBe(zone);
  });

  it.each([
    ['Europe/Moscow', 'Europe/Moscow'],
    ['Europe/London', 'Asia/Tomsk'],
    [null, 'Asia/Tomsk'],
  ])('the main zone, here %s, is the likeliest only if it is among the zones', (mainZone, zone) => {
    expect(likeliestZone(['Asia/Omsk', 'Asia/Tomsk', 'Asia/Barnaul', 'Europe/Moscow'], mainZone, SUMMER)).toBe(zone);
  });
});
