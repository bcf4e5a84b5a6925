import {
  ANY_COUNTRY,
  NO_COUNTRY,
  REFUSED_NUMBER_KINDS,
  type RefusedNumberKind,
} from '#rules/phone-number/number-kind.js';
import { OPERATOR_LIMITS, UNLIMITED, type LimitValues, type OperatorLimit } from '#rules/campaign/operator-limits.js';
import { isCountry } from '#rules/phone-number/phone-number.js';
import { ConfigurationError, type Settings } from './settings.js';

/** Settings that limit what tenants may use at the operator's expense. */
export interface OperatorConfig {
  /**
   * Countries that may be called over the installation's own route, or `*`. Null: a real provider is set, and no
   * country.
   */
  readonly allowedCountries: readonly string[] | null;
  /** Kinds of numbers that may be called although they are rejected by default. */
  readonly allowedNumberKinds: readonly RefusedNumberKind[];
  /** Limits of tenants without limits of their own (`ops -- tenant limits`). */
  readonly tenantLimits: LimitValues;
}

/** End of a sentence that names the setting to make if `allowedCountries` is null. */
export const ALLOWED_COUNTRIES_HINT =
  'name the countries that may be called over a real provider, as ALLOWED_COUNTRIES=GB,IE, or * for all.';

const GIBIBYTE = 1024 ** 3;

/** Default limits with a real provider, where calls cost money. Uploads cost disk space with any provider. */
const REAL: LimitValues = {
  minutes: 10_000,
  concurrent_calls: 100,
  calls_per_day: 10_000,
  open_imports: 20,
  import_bytes: 8 * GIBIBYTE,
};
const SIMULATED: LimitValues = {
  ...REAL,
  minutes: UNLIMITED,
  concurrent_calls: UNLIMITED,
  calls_per_day: UNLIMITED,
};

/** @throws ConfigurationError with one sentence that names the setting. */
export function readOperator(settings: Settings, { isReal }: { isReal: boolean }): OperatorConfig {
  const countries = readCountries(settings);
  const defaults = isReal ? REAL : SIMULATED;
  return {
    allowedCountries: countries ?? (isReal ? null : [ANY_COUNTRY]),
    allowedNumberKinds: readKinds(settings),
    tenantLimits: {
      minutes: readLimit(settings.text('TENANT_MINUTES'), 'minutes', defaults),
      concurrent_calls: readLimit(settings.text('TENANT_CONCURRENT_CALLS'), 'concurrent_calls', defaults),
      calls_per_day: readLimit(settings.text('TENANT_CALLS_PER_DAY'), 'calls_per_day', defaults),
      open_imports: readLimit(settings.text('TENANT_OPEN_IMPORTS'), 'open_imports', defaults),
      import_bytes: readLimit(settings.text('TENANT_IMPORT_BYTES'), 'import_bytes', defaults),
    },
  };
}

function readCountries(settings: Settings): string[] | null {
  const text = settings.text('ALLOWED_COUNTRIES');
  if (text === null) return null;
  const countries = itemsOf(text).map((country) => country.toUpperCase());
  const wrong = countries.find((country) => !isAllowable(country));
  if (wrong === undefined && countries.length > 0) return [...new Set(countries)];
  throw new ConfigurationError(
    `ALLOWED_COUNTRIES must be * or countries as GB,IE (${NO_COUNTRY} for numbers that belong to none), ` +
      `not "${wrong ?? text}".`,
  );
}

function isAllowable(country: string): boolean {
  return country === ANY_COUNTRY || country === NO_COUNTRY || isCountry(country);
}

function readKinds(settings: Settings): RefusedNumberKind[] {
  const names = itemsOf(settings.text('ALLOWED_NUMBER_KINDS') ?? '').map((name) => name.toLowerCase());
  const kinds = REFUSED_NUMBER_KINDS.filter((kind) => names.includes(kind));
  const wrong = names.find((name) => !kinds.some((kind) => kind === name));
  if (wrong === undefined) return kinds;
  throw new ConfigurationError(
    `ALLOWED_NUMBER_KINDS must be kinds that are rejected otherwise (${REFUSED_NUMBER_KINDS.join(', ')}), ` +
      `not "${wrong}".`,
  );
}

function readLimit(text: string | null, limit: OperatorLimit, defaults: LimitValues): number {
  if (text === null) return defaults[limit];
  const value = parseLimit(text, limit);
  if (value !== null) return value;
  throw new ConfigurationError(
    `TENANT_${limit.toUpperCase()} must be unlimited or a whole number from 0 to ${OPERATOR_LIMITS[limit]}, ` +
      `not "${text}".`,
  );
}

/**
 * Parses a limit of a setting or a command: `unlimited` or a whole number.
 * @returns null for any other text.
 */
export function parseLimit(text: string, limit: OperatorLimit): number | null {
  if (text.toLowerCase() === 'unlimited') return UNLIMITED;
  return /^\d{1,16}$/.test(text) && Number(text) <= OPERATOR_LIMITS[limit] ? Number(text) : null;
}

function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}
