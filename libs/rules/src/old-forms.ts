import { isInPlan } from './phone-number.js';

/** A way in which numbers of a country were written before its plan changed, and what they are now. */
interface OldForm {
  readonly written: RegExp;
  readonly modern: string;
}

/** Each applies only where no plan has the number as written, and the modern one is in a plan. */
const OLD_FORMS: readonly OldForm[] = [
  // Italy: the zero of a landline belongs to the number (since 1998).
  { written: /^\+39([1-9]\d{5,9})$/, modern: '+390$1' },
  // Mexico: no 1 before mobile numbers (since 2019).
  { written: /^\+521(\d{10})$/, modern: '+52$1' },
  // Brazil: a 9 before mobile numbers (since 2016).
  { written: /^\+55(\d\d)([6-9]\d{7})$/, modern: '+55$19$2' },
];

/** @returns the number as plans have it now; null where it is no old form. */
export function modernForm(number: string): string | null {
  if (isInPlan(number)) return null;
  const form = OLD_FORMS.find(({ written }) => written.test(number));
  const modern = form && number.replace(form.written, form.modern);
  return modern !== undefined && isInPlan(modern) ? modern : null;
}
