import { expect, it } from 'vitest';
import { areaKey } from './area.js';

it('an area key names the region, else the country, and the zones', () => {
  const zones = ['America/Chicago', 'America/New_York'];
  expect(areaKey({ country: 'US', region: 'US-FL', zones })).toBe('US-FL America/Chicago,America/New_York');
  expect(areaKey({ country: 'US', region: null, zones })).toBe('US America/Chicago,America/New_York');
  expect(areaKey({ country: null, region: null, zones: [] })).toBe('- -');
});
