import { fieldOfHeader, isContactExport, PERSON_COLUMNS } from './contact-file.js';
import { isEmailHeader, isHostHeader, namedField, plainHeader, type NamedField } from './contact-headers.js';
import { withoutApostrophes } from './formula.js';
import { permissionKind } from './permission-headers.js';
import { kindOfColumn } from './telephone-headers.js';

/** Kinds of columns of a table. */
export const CONTACT_FIELDS = [
  'phone_number',
  'first_name',
  'last_name',
  'full_name',
  'email',
  'timezone',
  'do_not_call',
] as const;
export const DNC_FIELDS = ['phone_number', 'reason', 'expires_at'] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];
export type MappedField = ContactField | (typeof DNC_FIELDS)[number];

/** Header of each field's column, or several headers, the preferred one first. */
export type Mapping = Partial<Record<MappedField, string | readonly string[]>>;

/** Returns the headers of the columns of a field, the preferred one first. */
export function columnsOf(mapping: Mapping, field: MappedField): readonly string[] {
  const columns = mapping[field];
  if (columns === undefined) return [];
  return typeof columns === 'string' ? [columns] : columns;
}

/** Makes a mapping: one column as a text, several as a list, and none left out. */
export function mappingOf(columns: readonly (readonly [MappedField, readonly string[]])[]): Mapping {
  return Object.fromEntries(
    columns.flatMap(([field, names]) => (names.length === 0 ? [] : [[field, names.length === 1 ? names[0]! : names]])),
  );
}

/**
 * Finds the columns of names, emails and zones by their headers.
 *
 * `Name` and similar headers are the last name beside a first name, and the first name beside a last name. Otherwise
 * they are the full name.
 */
export function guessPersonMapping(all: readonly string[]): Mapping {
  const header = all.filter((name) => fieldOfHeader(name) === null);
  const fields = header.map((name) => (permissionKind(name) === 'forbids' ? null : namedField(name)));
  const named = (field: NamedField) => header.filter((_, index) => fields[index] === field);
  const [first, last, plain] = [named('first_name'), named('last_name'), named('name')];
  const isFirst = first.length === 0 && last.length > 0;
  const isLast = first.length > 0 && last.length === 0;
  const isAlone = first.length === 0 && last.length === 0;
  return mappingOf([
    ['first_name', isFirst ? plain : first],
    ['last_name', isLast ? plain : last],
    ['full_name', isAlone ? [...named('full_name'), ...plain] : []],
    ['email', emailColumns(header)],
    ['timezone', named('timezone')],
  ]);
}

/** Returns the columns of emails. A user's or owner's column counts only if there is no other. */
function emailColumns(header: readonly string[]): string[] {
  const emails = header.filter((name) => isEmailHeader(name) && permissionKind(name) === null);
  const ofPerson = emails.filter((name) => !isHostHeader(name));
  return ofPerson.length > 0 ? ofPerson : emails;
}

/** Returns the mapping of an export of contacts by its column names; null if the table is none. */
export function exportMapping(header: readonly string[]): Mapping | null {
  if (!isContactExport(header)) return null;
  const named = PERSON_COLUMNS.filter((name) => header.includes(name)).map((name) => [name, name] as const);
  return { ...guessPersonMapping(header), ...Object.fromEntries(named) };
}

/** Finds the columns of a do-not-call list; a column that certainly names telephones comes first. */
export function guessDncMapping(header: readonly string[]): Mapping {
  const kinds = header.map(kindOfColumn);
  const firstOf = (kind: string) => header[kinds.indexOf(kind as never)];
  const phoneNumber = plainTelephone(header) ?? firstOf('telephone') ?? firstOf('perhaps');
  const named = (field: NamedField) => header.filter((name) => namedField(name) === field).slice(0, 1);
  return mappingOf([
    ['phone_number', phoneNumber === undefined ? [] : [phoneNumber]],
    ['reason', named('reason')],
    ['expires_at', named('expires_at')],
  ]);
}

const PLAIN_TELEPHONES = ['phonenumber', 'phone', 'telephone', 'telephonenumber', 'tel', 'telefon', 'telefono'];

function plainTelephone(header: readonly string[]): string | undefined {
  const plain = header.map(plainHeader);
  const name = PLAIN_TELEPHONES.find((one) => plain.includes(one));
  return name === undefined ? undefined : header[plain.indexOf(name)];
}

/** Returns the indexes of columns with a usual name of an expiry; a number after the name is ignored. */
export function expiryColumns(header: readonly string[]): number[] {
  return header.flatMap((name, index) =>
    namedField(name.replace(/ \(column \d+\)$/, '')) === 'expires_at' ? [index] : [],
  );
}

/**
 * Corrects the headers of a mapping that differ from the file only in case, accents or signs. A header that is in the
 * file, or matches two columns, stays unchanged.
 */
export function asInFile(mapping: Mapping, header: readonly string[]): Mapping {
  const inFile = (name: string) => {
    const alike = header.includes(name) ? [name] : header.filter((one) => plainHeader(one) === plainHeader(name));
    return alike.length === 1 ? alike[0]! : name;
  };
  const entries = Object.entries(mapping) as [MappedField, string | readonly string[]][];
  return Object.fromEntries(
    entries.map(([field, names]) => [field, typeof names === 'string' ? inFile(names) : names.map(inFile)]),
  );
}

/** Returns a sentence about the problem of a mapping for a table with this header; null if it is valid. */
export function mappingProblem(mapping: Mapping, header: readonly string[]): string | null {
  const fields = Object.keys(mapping) as MappedField[];
  const columns = fields.flatMap((field) => columnsOf(mapping, field).map((column) => [field, column] as const));
  for (const [field, column] of columns) {
    if (!header.includes(column)) return `${field}: there is no column "${column}"; there are ${listOf(header)}`;
    const other = columns.find(([one, same]) => one !== field && same === column);
    if (other) return `the column "${column}" cannot be both ${field} and ${other[0]}`;
  }
  if (columnsOf(mapping, 'phone_number').length === 0)
    return `no column is the phone number: name it in mapping.phone_number; there are ${listOf(header)}`;
  return null;
}

const MOST_NAMED = 20;

export function listOf(header: readonly string[]): string {
  const named = header.slice(0, MOST_NAMED).map((name) => `"${name.slice(0, 50)}"`);
  return named.join(', ') + (header.length > MOST_NAMED ? ' …' : '');
}

/** Column of a table. */
export interface Column {
  readonly name: string;
  readonly index: number;
}

/** Returns the columns of a field, by a mapping that fits the header. */
export function columnsAt(mapping: Mapping, field: MappedField, header: readonly string[]): Column[] {
  return columnsOf(mapping, field).map((name) => ({ name, index: header.indexOf(name) }));
}

/** Returns a cell without the apostrophes that `csvLine` puts before formulas. */
export function cellText(cell: string | undefined): string | null {
  return cell ? withoutApostrophes(cell) : null;
}
