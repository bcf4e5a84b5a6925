import { describe, expect, it } from 'vitest';
import { callingWindowProblem } from '#rules/calling-hours/window/calling-window.js';
import { seededRandom } from '#rules/values/seeded-random.js';
import { isOpen, isRestricted } from '../judge/wall-clock.js';
import { drawCampaignEdit, firstTerms } from './drawn-terms.js';
import { americanNumber, ZONES, zonesOf } from './areas.js';

const NIGHT = Date.parse('2026-11-23T23:58:30Z');
const NOON = Date.parse('2026-11-23T12:00:10Z');

describe('Edits that are drawn', () => {
  it.each([NIGHT, NOON])('are such as the API takes, and open and close at %d', (now) => {
    const random = seededRandom('edits');
    const windows = Array.from({ length: 500 }, () => drawCampaignEdit(random, now)).flatMap((edit) =>
      edit.calling_window ? [{ calling_window: edit.calling_window, blackout_dates: edit.blackout_dates ?? [] }] : [],
    );
    expect(windows.map(({ calling_window }) => callingWindowProblem(calling_window)).filter(Boolean)).toEqual([]);
    expect(windows.every(isRestricted)).toBe(true);
    const open = windows.filter((hours) => isOpen(hours, 'Europe/London', now)).length;
    expect(open / windows.length).toBeGreaterThan(0.3);
    expect(open / windows.length).toBeLessThan(0.8);
    const closing = windows.filter(
      (hours) => isOpen(hours, 'Europe/London', now) && !isOpen(hours, 'Europe/London', now + 60_000),
    );
    expect(closing.length).toBeGreaterThan(20);
  });

  it('begin with hours that are open in London and closed elsewhere', () => {
    const { campaign } = firstTerms(NOON);
    const hours = { calling_window: campaign.calling_window!, blackout_dates: campaign.blackout_dates ?? [] };
    const open = ZONES.filter((zone) => isOpen(hours, zone, NOON));
    expect(open).toEqual(['Europe/London']);
  });
});

describe('Places', () => {
  it('are known of every number that belongs to one', () => {
    const numbers = Array.from({ length: 800 }, (_, n) => americanNumber(n));
    expect(new Set(numbers).size).toBe(800);
    expect(numbers.map((number) => zonesOf(number ?? '')).every((zones) => zones.length > 0)).toBe(true);
    expect(americanNumber(800)).toBeNull();
    expect(['+442079460111', '+442079460112', '+18505550100', '+4930123456'].map(zonesOf)).toEqual([
      ['Asia/Kolkata'],
      ['Europe/London'],
      ['America/Chicago', 'America/New_York'],
      [],
    ]);
  });
});
