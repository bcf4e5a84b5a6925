import { createRequire } from 'node:module';
import { NO_COUNTRY, type NumberJudgement, type NumberKind } from '#rules/phone-number/number-kind.js';
import { hasTrunkZero, otherReadings } from '#rules/phone-number/number-readings.js';
import { territoryOfAreaCode } from './area-codes.js';
import { costlyKind, isKeptForExamples } from './costly-ranges.js';
import { tablesVersion } from './data-file.js';
import { callingCodeOf, fitOf, kindIn, planOfCode, type NumberPlan, type SharedPlan } from './number-plans.js';
import { countryOfBeginning, isRestTheLargest } from './shared-codes.js';

const { version } = createRequire(import.meta.url)('libphonenumber-js/package.json') as { version: string };

/**
 * Version of the rules by which numbers are judged and located. Raise the first number with a change of this file, of
 * `number-zones.ts` or of their tables (`number-rules.spec.ts` notices). The versions of the packages with other tables
 * follow. Numbers with another version are judged again.
 */
export const NUMBER_RULES = `3/${version}/${tablesVersion()}`;

/** Exchanges of information services in any area code of the United States and Canada. */
const PREMIUM_EXCHANGES = new Set(['976']);

const NORTH_AMERICA = '1';

/** National number, and the plan in which it is looked up. */
interface Dialed {
  readonly code: string;
  readonly shared: SharedPlan;
  readonly national: string;
}

interface Judged {
  readonly reading: Dialed;
  readonly kind: NumberKind;
}

/**
 * Returns the kind of a number and the country of its plan, by its digits alone, however many they are. Exchanges
 * ignore digits after a complete number, and a caller may add missing ones.
 *
 * @param phoneNumberE164 a plus and digits.
 */
export function judgeNumber(phoneNumberE164: string): NumberJudgement {
  const digits = phoneNumberE164.slice(1);
  const code = callingCodeOf(digits);
  if (code === null) return { country: null, kind: 'non_geographic' };
  const shared = planOfCode(code);
  if (shared.plans.length === 0) return { country: NO_COUNTRY, kind: 'non_geographic' };
  const readings = readingsOf({ code, shared, national: digits.slice(code.length) });
  const { reading, kind } = costliest(readings.map((one) => ({ reading: one, kind: kindOf(one) })));
  return { country: code === NORTH_AMERICA ? northAmerican(reading, kind) : countryOf(reading), kind };
}

/** Returns a reading of a rejected kind, if there is one; else an ordinary one. */
function costliest(judged: readonly Judged[]): Judged {
  const refused = judged.find(({ kind }) => kind !== 'ordinary' && kind !== 'unknown');
  return refused ?? judged.find(({ kind }) => kind === 'ordinary') ?? judged[0]!;
}

/** Returns the numbers as which exchanges may read the digits. It is one number if its country's plan has it. */
function readingsOf(written: Dialed): Dialed[] {
  const { code, shared, national } = written;
  if (kindIn(shared, national) !== null) return [written];
  const others = otherReadings(code, national).map((one) => ({ code, shared, national: one }));
  const ringing = [written, ...others].filter((one) => !hasTrunkZero(code, one.national));
  return ringing.length > 0 ? ringing : [written];
}

function kindOf(dialed: Dialed): NumberKind {
  const { code, shared, national } = dialed;
  if (code === NORTH_AMERICA && PREMIUM_EXCHANGES.has(national.slice(3, 6))) return 'premium_rate';
  return (
    costlyKind(code, national, { isCertain: true }) ??
    kindIn(shared, national) ??
    costlyKind(code, national, { isCertain: false }) ??
    kindOfBeginning(dialed)
  );
}

/**
 * Returns the kind of a number without a pattern. It is that of the range with which it begins, in doubt the costlier
 * one.
 */
function kindOfBeginning(dialed: Dialed): NumberKind {
  const { shared, national } = dialed;
  const fits = shared.types.map((type) => ({ kind: type.kind, ...fitOf(type, national) }));
  const ordinary = fits.find(({ kind }) => kind === 'ordinary') ?? { reached: 0, range: 0 };
  const refused = fits.filter(({ kind }) => kind !== 'ordinary');
  const nearest = refused.find(
    ({ reached, range }) =>
      (range > 0 && range >= ordinary.range) || (reached === national.length && reached > ordinary.reached),
  );
  return nearest?.kind ?? kindOfComplete(dialed) ?? (isLikeOrdinary(dialed, ordinary.reached) ? 'ordinary' : 'unknown');
}

/** Returns the rejected kind of a complete number within the digits: an exchange would not wait for the others. */
function kindOfComplete({ shared, national }: Dialed): NumberKind | null {
  for (let length = national.length - 1; length > 0; length--) {
    const kind = kindIn(shared, national.slice(0, length));
    if (kind !== null && kind !== 'ordinary') return kind;
  }
  return null;
}

/** Digits of an area code in North America; elsewhere blocks of numbers have two digits or more. */
const LEAST_DIGITS_ALIKE = 2;
const AREA_CODE_DIGITS = 3;

/**
 * Area codes that may be assigned, though the tables do not know them yet. NANPA keeps N9X for longer numbers, and N11,
 * 456, 700 and 710 for services. It keeps 5YY for personal numbers and data, and 822 and 88X for toll-free ones.
 */
const ASSIGNABLE_AREA = /^(?!.11|456|5(?:00|2\d|3[238]|4[2-4]|66|77|88)|7[01]0|8(?:22|8\d))[2-9][0-8]\d$/;

function isLikeOrdinary({ code, national }: Dialed, digitsAlike: number): boolean {
  if (isKeptForExamples(code, national)) return true;
  if (code !== NORTH_AMERICA) return digitsAlike >= Math.min(LEAST_DIGITS_ALIKE, national.length);
  const area = national.slice(0, AREA_CODE_DIGITS);
  return digitsAlike >= AREA_CODE_DIGITS || territoryOfAreaCode(area) !== null || ASSIGNABLE_AREA.test(area);
}

/**
 * Returns the country of the area code; null for a code that is not assigned. Numbers without an area (800, 900) count
 * as the United States'.
 */
function northAmerican({ shared: { plans }, national }: Dialed, kind: NumberKind): string | null {
  const area = () =>
    territoryOfAreaCode(national.slice(0, AREA_CODE_DIGITS))?.country ?? leadingPlan(plans, national)?.country;
  const typed = () => plans.find((plan) => kindIn(plan, national) !== null)?.country;
  if (kind === 'ordinary' || kind === 'unknown') return area() ?? typed() ?? null;
  return typed() ?? area() ?? 'US';
}

/**
 * Returns the country with the most similar beginnings, of those that share a calling code. Of equals it is the
 * largest; null if there is none.
 */
function countryOf({ code, shared: { plans }, national }: Dialed): string | null {
  const told = countryOfBeginning(code, national) ?? leadingPlan(plans, national)?.country;
  if (told !== undefined) return told;
  if (plans.length < 2) return plans[0]!.country;
  const typed = plans.find((plan) => kindIn(plan, national) !== null);
  return (typed ?? nearestPlan(plans, national))?.country ?? null;
}

/**
 * Returns the country that certainly has a national number. Null if several with its calling code may have it, or none
 * is known to.
 */
export function planCountryOf(callingCode: string, national: string): string | null {
  const { plans } = planOfCode(callingCode);
  if (plans.length < 2) return plans[0]?.country ?? null;
  const told = countryOfBeginning(callingCode, national) ?? leadingPlan(plans, national)?.country;
  const largest = isRestTheLargest(callingCode) ? plans[0]?.country : undefined;
  return told ?? plans.find((plan) => kindIn(plan, national) !== null)?.country ?? largest ?? null;
}

function nearestPlan(plans: readonly NumberPlan[], national: string): NumberPlan | undefined {
  const reached = (plan: NumberPlan) => Math.max(0, ...plan.types.map((type) => fitOf(type, national).reached));
  const fits = plans.map((plan) => ({ plan, reached: reached(plan) }));
  const most = Math.max(...fits.map((fit) => fit.reached));
  return most === 0 ? undefined : fits.find((fit) => fit.reached === most)?.plan;
}

function leadingPlan(plans: readonly NumberPlan[], national: string): NumberPlan | undefined {
  return plans.find(({ leading }) => leading?.test(national));
}
