import { expect, it } from 'vitest';
import { readConfig } from '#config/config.js';
import { createTelephonyProvider } from './create-provider.js';

it('takes the simulator unless told otherwise', () => {
  expect(createTelephonyProvider(readConfig({})).name).toBe('simulator');
});
