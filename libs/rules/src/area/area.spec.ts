import { expect, it } from 'vitest';
import { placeKey } from './area.js';

it('names a place by its region, else its country, and its zones', () => {
  const zones = ['America/Chicago', 'America/New_York'];
  expect(placeKey({ country: 'US', region: 'US-FL', zones })).toBe('US-FL America/Chicago,America/New_York');
  expect(placeKey({ country: 'US', region: null, zones })).toBe('US America/Chicago,America/New_York');
  expect(placeKey({ country: null, region: null, zones: [] })).toBe('- -');
});
