import { kindOfColumn } from './telephone-headers.js';

/** What a column of a table may be. */
export type MappedField = keyof typeof USUAL_NAMES;

/** Field → the header of its column. */
export type Mapping = Partial<Record<MappedField, string>>;

/** Usual headers in English, German, French and Spanish, the surest first; compared without case, accents and signs. */
const USUAL_NAMES = {
  phone_number: words(`
    phonenumber phone telephone telephonenumber phoneno tel telno telefon telefonnummer telefono numerodetelephone numerodetelefono
    mobile mobilephone mobilenumber mobil mobilnummer cell cellphone handy handynummer portable movil celular msisdn
    contactnumber workphone homephone primaryphone phone1 rufnummer number nummer numero`),
  first_name: ['firstname', 'givenname', 'forename', 'vorname', 'prenom', 'nombre'],
  last_name: [
    'lastname',
    'surname',
    'familyname',
    'nachname',
    'familienname',
    'nom',
    'nomdefamille',
    'apellido',
    'apellidos',
  ],
  email: ['email', 'emailaddress', 'mail', 'mailadresse', 'emailadresse', 'courriel', 'correo', 'correoelectronico'],
  timezone: ['timezone', 'tz', 'zeitzone', 'fuseauhoraire', 'zonahoraria'],
  reason: ['reason', 'comment', 'note', 'grund', 'raison', 'motivo'],
  expires_at: ['expiresat', 'expires', 'expiry', 'expirydate', 'until', 'validuntil', 'ablaufdatum'],
} as const;

export const CONTACT_FIELDS = ['phone_number', 'first_name', 'last_name', 'email', 'timezone'] as const;
export const DNC_FIELDS = ['phone_number', 'reason', 'expires_at'] as const;

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * Finds out by the header which column is what: of several that could be the number, whichever stands first in
 * `USUAL_NAMES`.
 */
export function guessMapping(header: readonly string[], fields: readonly MappedField[]): Mapping {
  const plain = header.map(plainName);
  const mapping: Mapping = {};
  for (const field of fields) {
    const names: readonly string[] = USUAL_NAMES[field];
    const usual = names.find((name) => plain.includes(name));
    if (usual !== undefined) mapping[field] = header[plain.indexOf(usual)];
  }
  return mapping;
}

/** Finds the columns of a do-not-call list: a column that surely speaks of telephones comes first. */
export function guessDncMapping(header: readonly string[]): Mapping {
  const mapping = guessMapping(header, DNC_FIELDS);
  const kinds = header.map(kindOfColumn);
  const guessed = kinds[header.indexOf(mapping.phone_number ?? '')];
  if (guessed === 'telephone') return mapping;
  const sure = header[kinds.indexOf('telephone')];
  const phoneNumber = sure ?? mapping.phone_number ?? header[kinds.indexOf('perhaps')];
  return phoneNumber === undefined ? mapping : { ...mapping, phone_number: phoneNumber };
}

/** Every column with a usual name of an expiry, by its place; a number behind the name does not count. */
export function expiryColumns(header: readonly string[]): number[] {
  const names: readonly string[] = USUAL_NAMES.expires_at;
  return header.flatMap((name, index) =>
    names.includes(plainName(name.replace(/ \(column \d+\)$/, '')).replace(/\d{1,3}$/, '')) ? [index] : [],
  );
}

/** Marks go first: to put a long row of them in order takes `normalize` time that grows with its square. */
function plainName(name: string): string {
  return name
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** What is wrong with a mapping for a table with this header, in one sentence; null: nothing. */
export function mappingProblem(mapping: Mapping, header: readonly string[]): string | null {
  const columns = Object.entries(mapping);
  for (const [field, column] of columns) {
    if (!header.includes(column)) return `${field}: there is no column "${column}"; there are ${listOf(header)}`;
    const other = columns.find(([one, same]) => one !== field && same === column);
    if (other) return `the column "${column}" cannot be both ${field} and ${other[0]}`;
  }
  if (mapping.phone_number === undefined)
    return `no column is the phone number: name it in mapping.phone_number; there are ${listOf(header)}`;
  return null;
}

const MOST_NAMED = 20;

function listOf(header: readonly string[]): string {
  const named = header.slice(0, MOST_NAMED).map((name) => `"${name.slice(0, 50)}"`);
  return named.join(', ') + (header.length > MOST_NAMED ? ' …' : '');
}

/** A row by its fields; empty cells are null, or missing among the custom fields. */
export type TableRecord<Field extends MappedField> = Record<Field, string | null> & {
  custom_fields: Record<string, string>;
};

/** Reads rows by a mapping, which fits the header; columns that it does not name are custom fields. */
export function recordReader<Field extends MappedField>(
  header: readonly string[],
  mapping: Mapping,
  fields: readonly Field[],
): (cells: readonly string[]) => TableRecord<Field> {
  const indexes = fields.map((field) => [field, header.indexOf(mapping[field] ?? '')] as const);
  const mapped = new Set(indexes.map(([, index]) => index));
  const others = header.flatMap((name, index) => (mapped.has(index) ? [] : [[name, index] as const]));
  return (cells) => {
    const record: Record<string, unknown> = {};
    for (const [field, index] of indexes) record[field] = index === -1 ? null : cellText(cells[index]);
    const customs: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name, index] of others) {
      const text = cellText(cells[index]);
      if (text !== null) customs[name] = text;
    }
    record['custom_fields'] = customs;
    return record as TableRecord<Field>;
  };
}

/** What a cell says, without the apostrophe that `csvLine` puts before what a spreadsheet would run. */
export function cellText(cell: string | undefined): string | null {
  if (!cell) return null;
  return DEFUSED.test(cell) ? cell.slice(1) : cell;
}

const DEFUSED = /^'['=+\-@\t\r＝＋－＠]/;
