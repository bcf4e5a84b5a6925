import { isEmailHeader, isLabelOf, namedField } from './contact-headers.js';
import { defused } from './formula.js';
import { kindOfColumn } from './telephone-headers.js';

/** Columns of an exported contact that an import reads, beside its custom fields. */
export const PERSON_COLUMNS = ['phone_number', 'first_name', 'last_name', 'email', 'timezone'] as const;

/** Columns of an exported contact that an import ignores: they show the contact's state. */
export const SYSTEM_COLUMNS = [
  'id',
  'status',
  'outcome',
  'call_attempts',
  'last_called_at',
  'next_attempt_at',
  'block_code',
  'created_at',
] as const;

/** Column with the custom fields that have no column or whose value is more than a text, as JSON. */
export const CUSTOM_FIELDS_COLUMN = 'custom_fields';

const PREFIX = `${CUSTOM_FIELDS_COLUMN}.`;

/** Greatest number of custom fields with their own columns. */
export const MOST_FIELD_COLUMNS = 200;

/** Longest name, in characters, of a custom field with its own column. */
export const LONGEST_FIELD_COLUMN = 100;

type Fields = Readonly<Record<string, unknown>>;

/** Custom field → header of its column, in the order of the columns. */
export type FieldColumns = ReadonlyMap<string, string>;

/**
 * Names the columns of custom fields. A name that an import would read as another column, such as `status` or `Mobile`,
 * becomes `custom_fields.status`. A name that no header can hold has no column.
 */
export function fieldColumns(names: readonly string[]): FieldColumns {
  const used = new Set<string>([...PERSON_COLUMNS, ...SYSTEM_COLUMNS, CUSTOM_FIELDS_COLUMN]);
  const columns = new Map<string, string>();
  for (const name of names.toSorted()) {
    const forms = [...(isPlain(name) ? [name] : []), `${PREFIX}${name}`];
    const header = forms.find((form) => isHeader(form) && !used.has(form.toLowerCase()));
    if (header === undefined || name.trim() !== name || name === '') continue;
    used.add(header.toLowerCase());
    columns.set(name, header);
  }
  return columns;
}

/** True for a name that an import does not read as a field of a contact. */
function isPlain(name: string): boolean {
  if (name.startsWith(PREFIX) || isEmailHeader(name) || namedField(name) !== null) return false;
  return kindOfColumn(name) !== 'telephone' && !isLabelOf(name, 'phone_number');
}

function isHeader(text: string): boolean {
  const isShort = text.length <= PREFIX.length + LONGEST_FIELD_COLUMN;
  return isShort && !/[\p{Cc}\u2028\u2029\uFFFD]/u.test(text) && defused(text) === text;
}

/** Returns the custom field that a header names explicitly; null if there is none. */
export function fieldOfHeader(header: string): string | null {
  return header.startsWith(PREFIX) && header.length > PREFIX.length ? header.slice(PREFIX.length) : null;
}

/** Returns the text of a custom field for its column. */
export function shownText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.includes('\uFFFD') ? '' : value.trim();
  return JSON.stringify(value);
}

/**
 * Returns custom fields that their columns do not state exactly, as JSON; null if there are none. They have no column,
 * or are no text, empty, or with outer spaces.
 */
export function unsaidFields(fields: Fields, columns: FieldColumns): string | null {
  const unsaid = Object.entries(fields).filter(
    ([name, value]) => !columns.has(name) || value === '' || shownText(value) !== value,
  );
  if (unsaid.length === 0) return null;
  return JSON.stringify(Object.fromEntries(unsaid)).replaceAll('\uFFFD', '\\ufffd');
}

/** Adds the fields of `unsaidFields` to the texts of columns. A text that was edited in its column wins. */
export function withUnsaid(
  texts: Readonly<Record<string, string>>,
  unsaid: Fields,
  columns: ReadonlySet<string>,
): Fields {
  const all: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  Object.assign(all, texts);
  for (const [name, value] of Object.entries(unsaid)) {
    if (!columns.has(name) || (Object.hasOwn(texts, name) ? texts[name] : '') === shownText(value)) all[name] = value;
  }
  return all;
}

/** Columns that no other program writes. */
const OURS: ReadonlySet<string> = new Set(['call_attempts', 'last_called_at', 'next_attempt_at', 'block_code']);

function hasOurs(header: readonly string[]): boolean {
  return header.includes('phone_number') && header.filter((name) => OURS.has(name)).length > 1;
}

/** True for the header of an export of contacts, also if some of its columns were deleted since. */
export function isContactExport(header: readonly string[]): boolean {
  return hasOurs(header) || (header.includes('phone_number') && header.includes(CUSTOM_FIELDS_COLUMN));
}

/** Returns the columns of an export that an import ignores. */
export function ignoredColumns(header: readonly string[]): string[] {
  return hasOurs(header) ? header.filter((name) => SYSTEM_COLUMNS.includes(name as never)) : [];
}
