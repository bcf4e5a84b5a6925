import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { isInPlan, toE164 } from './phone-number.js';
import { readSuppressionEnd } from '../lead/suppression-end.js';

/**
 * Results of comparing a cell with telephone numbers, in a column without a clear name:
 *
 * - `number`: a plan has it, and it is written as telephones are.
 * - `digits`: a plan has it, and it may be an id as well.
 * - `likely`: it is written as telephones are, and cannot be read.
 * - `doubtful`: it may be a number of an unknown country.
 */
export type TelephoneLook = 'number' | 'digits' | 'likely' | 'doubtful' | 'none';

/** Compares a cell with telephone numbers. @param country ISO 3166-1 alpha-2, for numbers in national form. */
export function telephoneLook(text: string, country: string | null): TelephoneLook {
  if (text.length > LONGEST_CELL) return 'none';
  const cell = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(OUTSIDE, '')
    .trim();
  if (SPOILED.test(cell)) return 'likely';
  const digits = cell.replace(/\D/g, '').length;
  if (digits < LEAST_DIGITS || digits > MOST_DIGITS || !TELEPHONE.test(cell) || isAnother(cell)) return 'none';
  const isBare = /^\d+$/.test(cell);
  if (isNumber(cell, country)) return isBare ? 'digits' : 'number';
  if (/^[+(0]/.test(cell) && digits >= LEAST_NATIONAL) return 'likely';
  return isBare && digits < LEAST_NATIONAL ? 'none' : 'doubtful';
}

const LONGEST_CELL = 60;
const [LEAST_DIGITS, LEAST_NATIONAL, MOST_DIGITS] = [7, 9, 17];

const OUTSIDE = /^[='"`’]{1,4}|["']{1,4}$|^tel:/gi;

/** About eleven digits, of which a spreadsheet has cut the last. */
const SPOILED = /^\d[.,]\d+e\+?(?:9|1[0-4])$/i;
const TELEPHONE = /^[+(]?\d[\d\s()./‐-―-]*(?:\s?(?:ext\.?|x|#)\s?\d{1,6})?$/i;

/** Dates, decimal numbers, IP addresses, and postcodes of the USA. */
const OTHERS =
  /^(?:\d+[.,]\d+|\d{1,3}(?:\.\d{1,3}){3}|\d{5}-\d{4}|(?:19|20)\d{6}|\d{1,4}([./-])\d{1,2}\1\d{1,4}(?: .*)?)$/;

function isAnother(cell: string): boolean {
  return OTHERS.test(cell) || readSuppressionEnd(cell).doubt !== 'unreadable';
}

function isNumber(cell: string, country: string | null): boolean {
  const plain = cell.replace(/\s?(?:ext\.?|x|#)\s?\d{1,6}$/i, '');
  const number = toE164(plain, country);
  if (number !== null && (cell.startsWith('+') || isInPlan(number))) return true;
  const digits = plain.replace(/\D/g, '').replace(/^00/, '');
  return digits.length >= LEAST_INTERNATIONAL && (parsePhoneNumberFromString(`+${digits}`)?.isValid() ?? false);
}

const LEAST_INTERNATIONAL = 11;
