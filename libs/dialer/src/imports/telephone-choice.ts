import { fieldOfHeader } from '#csv/contact-file.js';
import {
  isAccountHeader,
  isEmailHeader,
  isWeakTelephoneHeader,
  namedField,
  plainHeader,
  telephoneRank,
  weakKind,
} from '#csv/contact-headers.js';
import { cellText, listOf } from '#csv/mapping.js';
import type { TableRow } from '#csv/open-table.js';
import { permissionKind } from '#csv/permission-headers.js';
import type { MappingCandidate } from '#database/entities/import.entity.js';
import { readContactNumber } from '#rules/phone-number/contact-number.js';
import { maskedNumber } from '#rules/phone-number/masked-number.js';
import { isInPlan } from '#rules/phone-number/phone-number.js';

/** Rows that are read before a column is chosen. */
export const SAMPLE_ROWS = 200;

/** Columns to dial, the preferred one first; or the candidates, and why none is chosen. */
export type TelephoneChoice =
  | { readonly columns: readonly string[] }
  | { readonly candidates: readonly MappingCandidate[]; readonly message: string };

type HeaderKind = 'strong' | ReturnType<typeof weakKind> | 'unknown' | 'named';

interface ColumnLook {
  readonly name: string;
  readonly kind: HeaderKind;
  readonly rank: number;
  /**
   * Numbers of cells in the first rows: filled ones, readable ones, valid numbers, and valid ones in a telephone's
   * format.
   */
  readonly filled: number;
  readonly readable: number;
  readonly valid: number;
  readonly formatted: number;
  readonly samples: readonly string[];
}

/**
 * Chooses the columns that are dialed, by their headers and the first rows.
 *
 * 1. Headers that name telephones are chosen, by their rank. So are headers such as `Home` or `Work` if their cells are
 *    numbers.
 * 2. Otherwise a weak one (`Number`) is chosen if its cells are valid numbers and it has no rival.
 * 3. In doubt the sender is asked, so that no customer number is dialed.
 */
export function chooseTelephones(
  header: readonly string[],
  sample: readonly TableRow[],
  country: string | null,
): TelephoneChoice {
  const columns = header.map((name, index) => lookAt(name, { index, sample, country }));
  const strong = columns.filter(({ kind }) => kind === 'strong');
  const chosen = strong.length > 0 ? strongChoice(strong, columns) : weakChoice(columns, header);
  return chosen ? { columns: chosen.map(({ name }) => name) } : asked(columns, header);
}

function lookAt(
  name: string,
  { index, sample, country }: { index: number; sample: readonly TableRow[]; country: string | null },
): ColumnLook {
  const texts = sample.flatMap(({ cells }) => cellText(cells[index]) ?? []);
  const read = texts.map((text) => [text, readContactNumber(text, country)] as const);
  const filled = read.filter(([, { problem }]) => problem !== 'empty');
  const valid = filled.filter(([text, { number }]) => number !== null && (text.includes('+') || isInPlan(number)));
  return {
    name,
    kind: kindOf(name),
    rank: telephoneRank(name) ?? 0,
    filled: filled.length,
    readable: filled.filter(([, { number }]) => number !== null).length,
    valid: valid.length,
    formatted: valid.filter(([text]) => !/^\d+$/.test(text) || text.startsWith('0')).length,
    samples: valid.slice(0, MOST_SAMPLES).map(([, { number }]) => maskedNumber(number!)),
  };
}

const MOST_SAMPLES = 3;

function kindOf(name: string): HeaderKind {
  if (fieldOfHeader(name) !== null) return 'named';
  const permission = permissionKind(name);
  if (permission !== null && permission !== 'status') return 'named';
  if (telephoneRank(name) !== null) return 'strong';
  if (namedField(name) !== null || isEmailHeader(name)) return 'named';
  return isWeakTelephoneHeader(name) ? weakKind(name) : 'unknown';
}

/** Share of valid numbers at which a column may be one of telephones, and at which it surely is. */
const LIKELY_SHARE = 0.5;
const SURE_SHARE = 0.8;

function shareOf({ filled, valid }: ColumnLook): number {
  return filled === 0 ? 0 : valid / filled;
}

/** Returns the columns whose headers name telephones; null if they hold none and a weak column does. */
function strongChoice(strong: readonly ColumnLook[], all: readonly ColumnLook[]): ColumnLook[] | null {
  const isAnyReadable = strong.some(({ readable }) => readable > 0);
  const isAnyFilled = strong.some(({ filled }) => filled > 0);
  const isRivaled = all.some((one) => WEAK.includes(one.kind) && shareOf(one) >= SURE_SHARE);
  if (isAnyFilled && !isAnyReadable && isRivaled) return null;
  const useful = strong.filter(({ filled, readable }) => !isAnyReadable || readable > 0 || filled < LEAST_FILLED);
  const places = all.filter(({ kind, filled, readable }) => kind === 'place' && readable >= filled * LIKELY_SHARE);
  return [...useful.toSorted((a, b) => a.rank - b.rank), ...places];
}

const WEAK: readonly HeaderKind[] = ['bare', 'numbered', 'place', 'other'];

/** Cells without a number after which a column is no telephone column, if another one has numbers. */
const LEAST_FILLED = 3;

function weakChoice(all: readonly ColumnLook[], header: readonly string[]): ColumnLook[] | null {
  const weak = all.filter(({ kind }) => kind === 'bare' || kind === 'place');
  if (weak.length > 0 && all.every(({ filled }) => filled === 0)) return [weak[0]!];
  const good = weak.filter((one) => one.valid > 0 && shareOf(one) >= SURE_SHARE);
  const rivals = all.filter(({ kind }) => ['unknown', 'numbered', 'other'].includes(kind));
  if (good.length === 0 || rivals.some((one) => one.valid > 0 && shareOf(one) >= LIKELY_SHARE)) return null;
  const isPlain = good.some(({ valid, formatted }) => formatted < valid / 2);
  if (isPlain && header.some(isAccountHeader)) return null;
  const bases = new Set(good.map(({ name }) => plainHeader(name).replace(/\d{1,3}$/, '')));
  if (bases.size > 1 && !good.every(({ kind }) => kind === 'place')) return null;
  return [...good, ...weak.filter((one) => one.kind === good[0]!.kind && one.filled === 0 && bases.size === 1)];
}

const MOST_CANDIDATES = 5;

/** Kinds of headers, the most likely telephone column first. */
const KINDS: readonly HeaderKind[] = ['strong', 'bare', 'place', 'other', 'numbered', 'unknown', 'named'];

function likelihood({ kind, valid }: ColumnLook): number {
  return KINDS.indexOf(kind) + (valid > 0 ? 0 : KINDS.length);
}

function asked(columns: readonly ColumnLook[], header: readonly string[]): TelephoneChoice {
  const likely = columns
    .filter(({ kind, valid }) => valid > 0 || kind === 'bare' || kind === 'strong')
    .toSorted((a, b) => likelihood(a) - likelihood(b) || shareOf(b) - shareOf(a))
    .slice(0, MOST_CANDIDATES);
  const candidates = likely.map((one) => ({
    column: one.name,
    valid_share: Math.round(shareOf(one) * 100) / 100,
    samples: one.samples,
  }));
  const example = JSON.stringify({ phone_number: candidates[0]?.column.slice(0, 50) ?? 'Mobile' });
  const what =
    candidates.length > 0 ? `may be ${candidates.map(described).join(', ')}` : `is none of ${listOf(header)}`;
  return {
    candidates,
    message:
      `It is not sure which column is the phone number, so nobody was added: it ${what}. Send the file again with ` +
      `a header that names it, or with mapping, such as ${example}.`,
  };
}

function described({ column, valid_share, samples }: MappingCandidate): string {
  const share = `${Math.round(valid_share * 100)} % of its first cells are valid numbers`;
  return `"${column.slice(0, 50)}" (${share}${samples.length > 0 ? `: ${samples.join(', ')}` : ''})`;
}
