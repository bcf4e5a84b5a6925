import { describe, expect, it } from 'vitest';
import { readOperator } from './operator-config.js';
import { Settings } from './settings.js';

const read = (environment: Record<string, string>, isReal = false) =>
  readOperator(new Settings(environment), { isReal });

describe('readOperator', () => {
  it('allows every country over the simulator, and names none by itself over a real provider', () => {
    expect(read({}).allowedCountries).toEqual(['*']);
    expect(read({}, true).allowedCountries).toBeNull();
  });

  it.each([
    ['GB', ['GB']],
    [' gb, IE ,GB', ['GB', 'IE']],
    ['*', ['*']],
    ['US,001', ['US', '001']],
  ])('reads ALLOWED_COUNTRIES=%s', (ALLOWED_COUNTRIES, countries) => {
    expect(read({ ALLOWED_COUNTRIES }, true).allowedCountries).toEqual(countries);
  });

  it.each(['UK', 'GBR', 'GB;IE', '44', ','])('refuses ALLOWED_COUNTRIES=%s', (ALLOWED_COUNTRIES) => {
    expect(() => read({ ALLOWED_COUNTRIES })).toThrow(/^ALLOWED_COUNTRIES must be \* or countries/);
  });

  it('opens kinds of numbers by name', () => {
    expect(read({}).allowedNumberKinds).toEqual([]);
    expect(read({ ALLOWED_NUMBER_KINDS: 'toll_free, UAN' }).allowedNumberKinds).toEqual(['uan', 'toll_free']);
    expect(() => read({ ALLOWED_NUMBER_KINDS: 'premium' })).toThrow(
      /^ALLOWED_NUMBER_KINDS must be kinds .* not "premium"/,
    );
  });

  it('limits what each tenant may spend over a real provider, and nothing over the simulator but its uploads', () => {
    expect(read({}).tenantLimits).toMatchObject({ minutes: -1, concurrent_calls: -1, calls_per_day: -1 });
    expect(Object.values(read({}, true).tenantLimits).every((limit) => limit > 0)).toBe(true);
    expect(read({}).tenantLimits.open_imports).toBeGreaterThan(0);
  });

  it.each([
    ['TENANT_MINUTES', 'minutes'],
    ['TENANT_CONCURRENT_CALLS', 'concurrent_calls'],
    ['TENANT_CALLS_PER_DAY', 'calls_per_day'],
    ['TENANT_OPEN_IMPORTS', 'open_imports'],
    ['TENANT_IMPORT_BYTES', 'import_bytes'],
  ] as const)('reads %s as a number or unlimited', (name, limit) => {
    expect(read({ [name]: '0' }, true).tenantLimits[limit]).toBe(0);
    expect(read({ [name]: '17' }).tenantLimits[limit]).toBe(17);
    expect(read({ [name]: 'unlimited' }, true).tenantLimits[limit]).toBe(-1);
    for (const wrong of ['-1', '1.5', 'many', '99999999999999999'])
      expect(() => read({ [name]: wrong })).toThrow(new RegExp(`^${name} must be unlimited or a whole number from 0`));
  });
});
