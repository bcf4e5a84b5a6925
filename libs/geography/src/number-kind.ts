import { createRequire } from 'node:module';
import { NO_COUNTRY, type NumberJudgement, type NumberKind } from '#rules/number-kind.js';
import { areaOf } from './area-codes.js';
import { callingCodeOf, kindIn, planOfCode, type NumberPlan, type SharedPlan } from './number-plans.js';

const { version } = createRequire(import.meta.url)('libphonenumber-js/package.json') as { version: string };

/** By which rules numbers are judged; raise the first number with a change of this file. Numbers that others have judged are judged again. */
export const NUMBER_RULES = `1/${version}`;

/** Whatever comes after a number that is complete is ignored by most switches, and what is missing may be dialed after it. */
const MOST_CHANGED_DIGITS = 3;

/** Information services in any area code of the United States and Canada. */
const PREMIUM_EXCHANGES = new Set(['976']);

/**
 * Says what kind of number this is and in whose numbering plan it lies, by its digits alone. A number that libphonenumber knows no type of
 * is judged again with one to three digits cut off or filled up: `+49 900 12345678` has no type, and `+49 900 1234567` is premium rate.
 *
 * @param phoneNumberE164 a plus and digits.
 */
export function judgeNumber(phoneNumberE164: string): NumberJudgement {
  const digits = phoneNumberE164.slice(1);
  const callingCode = callingCodeOf(digits);
  if (callingCode === null) return { country: null, kind: 'non_geographic' };
  const shared = planOfCode(callingCode);
  if (shared.plans.length === 0) return { country: NO_COUNTRY, kind: 'non_geographic' };
  const national = digits.slice(callingCode.length);
  const isNorthAmerican = callingCode === '1';
  const kind =
    isNorthAmerican && PREMIUM_EXCHANGES.has(national.slice(3, 6)) ? 'premium_rate' : kindOf(shared, national);
  return { country: isNorthAmerican ? northAmerican(shared, national, kind) : countryOf(shared, national), kind };
}

function kindOf(shared: SharedPlan, national: string): NumberKind {
  const kind = kindIn(shared, national);
  if (kind !== null) return kind;
  for (const nearby of changedDigits(national)) {
    const refused = kindIn(shared, nearby);
    if (refused !== null && refused !== 'ordinary') return refused;
  }
  return 'ordinary';
}

/** The number with one to three digits fewer, then with one to three more. */
function* changedDigits(national: string): Generator<string> {
  for (let n = 1; n <= MOST_CHANGED_DIGITS; n++) yield national.slice(0, -n);
  for (let n = 1; n <= MOST_CHANGED_DIGITS; n++)
    for (let digit = 0; digit <= 9; digit++) yield national + String(digit).repeat(n);
}

/** The area code tells the country; one that nobody has is no country's. Numbers without an area (800, 900) count as the United States'. */
function northAmerican({ plans }: SharedPlan, national: string, kind: NumberKind): string | null {
  const area = () => areaOf(national.slice(0, 3))?.country ?? leadingPlan(plans, national)?.country;
  const typed = () => plans.find((plan) => kindIn(plan, national) !== null)?.country;
  return kind === 'ordinary' ? (area() ?? typed() ?? null) : (typed() ?? area() ?? 'US');
}

/** Where several countries share a calling code and no digits tell, it is the largest one's. */
function countryOf({ plans }: SharedPlan, national: string): string {
  const leading = plans.length < 2 ? plans[0] : leadingPlan(plans, national);
  if (leading) return leading.country;
  for (const candidate of [national, ...changedDigits(national)]) {
    const plan = plans.find((one) => kindIn(one, candidate) !== null);
    if (plan) return plan.country;
  }
  return plans[0]!.country;
}

function leadingPlan(plans: readonly NumberPlan[], national: string): NumberPlan | undefined {
  return plans.find(({ leading }) => leading?.test(national));
}
