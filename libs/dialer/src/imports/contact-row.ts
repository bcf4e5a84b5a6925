import { CUSTOM_FIELDS_COLUMN, fieldOfHeader, ignoredColumns, isContactExport, withUnsaid } from '#csv/contact-file.js';
import { isLabelOf, isNoVoiceLabel } from '#csv/contact-headers.js';
import { cellText, columnsAt, type Column, type ContactField, type Mapping } from '#csv/mapping.js';
import { CELL_FAULTS, isSpoiled, type TableRow } from '#csv/open-table.js';
import { isTimeZone } from '#geography/time-zone.js';
import { readContactNumber, type ContactNumber } from '#rules/phone-number/contact-number.js';
import { droppedNotes, EXTENSION_FIELD, fittingFields } from '#rules/lead/custom-fields.js';
import { isEmailAddress } from '#rules/lead/email.js';
import { numberAdviser, sentenceOf, type NumberAdvice, TRIES_OF_A_FILE } from '#rules/phone-number/number-advice.js';
import { charactersIn } from '#rules/values/characters.js';
import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import type { CallPermissions } from './call-permissions.js';
import { parseBounded, type JsonBounds } from '#runtime/bounded-json.js';
import { changedNumbers } from '#runtime/exact-numbers.js';
import { isStorable } from '#rules/values/storable.js';

/** A row of a file of contacts, as read. */
export interface ContactRecord {
  readonly phone_number: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly timezone: string | null;
  readonly custom_fields: Record<string, unknown>;
  readonly extension: string | null;
  /** Cell with the number, as it is in the file. */
  readonly value: string | null;
  /** Reason why the row is no contact; null: it is one. */
  readonly invalid: string | null;
  /** Notes on cells that were changed or left out. */
  readonly notes: readonly string[];
  /** Column that forbids to call; null: none does. */
  readonly forbiddenBy: string | null;
  /** Numbers that must not be called because a column forbids it. */
  readonly forbidden: readonly string[];
}

export interface ContactTable {
  readonly header: readonly string[];
  readonly mapping: Mapping;
  readonly country: string | null;
  readonly permissions: CallPermissions;
}

interface Telephone extends Column {
  /** Indexes of the columns that say which kind of telephone it is. */
  readonly labels: readonly number[];
}

/** Reads rows of a file of contacts. A fault in a cell that is not needed costs that cell alone. */
export class ContactRows {
  private readonly telephones: readonly Telephone[];
  private readonly columns: Readonly<Record<'first_name' | 'last_name' | 'full_name' | 'email' | 'timezone', Column[]>>;
  /** Columns of custom fields, by the names of the fields. */
  private readonly others: readonly Column[];
  private readonly names: ReadonlySet<string>;
  /** Index of the column with custom fields as JSON; -1: the table is no export of Outdial. */
  private readonly unsaidAt: number;
  private readonly advise: (text: string) => NumberAdvice;
  private extensionsRead = 0;

  constructor(private readonly table: ContactTable) {
    const { header, mapping, country } = table;
    this.advise = numberAdviser({ country, source: 'file', tries: TRIES_OF_A_FILE });
    const at = (field: ContactField) => columnsAt(mapping, field, header);
    this.telephones = at('phone_number').map((column) => ({
      ...column,
      labels: header.flatMap((name, index) => (isLabelOf(name, column.name) ? [index] : [])),
    }));
    this.columns = {
      first_name: at('first_name'),
      last_name: at('last_name'),
      full_name: at('full_name'),
      email: at('email'),
      timezone: at('timezone'),
    };
    const mapped = new Set(Object.values(this.columns).flatMap((columns) => columns.map(({ index }) => index)));
    const ignored = new Set(ignoredColumns(header));
    this.unsaidAt = isContactExport(header) ? header.indexOf(CUSTOM_FIELDS_COLUMN) : -1;
    this.others = header.flatMap((name, index) => {
      const isLeft = mapped.has(index) || ignored.has(name) || index === this.unsaidAt;
      return isLeft ? [] : [{ name: fieldOfHeader(name) ?? name, index }];
    });
    this.names = new Set(this.others.map(({ name }) => name));
  }

  /** Number of contacts so far whose number has an extension. */
  get extensions(): number {
    return this.extensionsRead;
  }

  read(row: TableRow): ContactRecord {
    const record = this.recordOf(row);
    if (record.invalid === null && record.extension !== null) this.extensionsRead += 1;
    return record;
  }

  private recordOf({ cells, fault }: TableRow): ContactRecord {
    const { sound, notes } = soundCells(cells, this.table.header);
    const dialed = this.dialedNumber(sound);
    const { number, extension } = dialed.reading;
    const forbiddenBy = this.table.permissions.forbiddenBy(sound, dialed.value);
    const isMisshaped = fault !== null && fault !== CELL_FAULTS.nul && fault !== CELL_FAULTS.encoding;
    const person = this.person(sound, notes);
    const custom = this.customFields(sound, { used: dialed.at, extension, notes });
    return {
      ...person,
      phone_number: number,
      extension,
      custom_fields: custom.fields,
      value: dialed.value,
      invalid: isMisshaped ? fault : (dialed.problem ?? null),
      notes: [...dialed.notes, ...notes, ...droppedNotes(custom.dropped)],
      forbiddenBy,
      forbidden: forbiddenBy === null ? [] : this.table.permissions.numbersOf(sound),
    };
  }

  /** Finds the first number in the telephone columns, and the columns that were passed over. */
  private dialedNumber(cells: readonly (string | null)[]): Dialed {
    const filled = this.telephones.filter(({ index, labels }) => {
      const isVoice = !labels.some((label) => isNoVoiceLabel(cells[label] ?? ''));
      return isVoice && cells[index] != null;
    });
    const readings = filled.map((column) => ({
      ...column,
      text: cells[column.index]!,
      reading: readContactNumber(cells[column.index]!, this.table.country),
    }));
    const told = readings.filter(({ reading }) => reading.problem !== 'empty');
    const chosen = told.find(({ reading }) => reading.number !== null);
    if (!chosen) return notDialed(told[0] ?? readings[0], this.advise);
    const passed = told.slice(0, told.indexOf(chosen)).map(({ name }) => name);
    return {
      at: chosen.index,
      value: chosen.text,
      reading: chosen.reading,
      problem: null,
      notes: notesOf(chosen, passed),
    };
  }

  private person(cells: readonly (string | null)[], notes: string[]) {
    const first = this.firstOf('first_name', cells);
    const last = this.firstOf('last_name', cells);
    const full = first === null && last === null ? splitFullName(this.firstOf('full_name', cells)) : null;
    return {
      first_name: fitting('first_name', full?.first_name ?? first, notes),
      last_name: fitting('last_name', full?.last_name ?? last, notes),
      email: this.email(cells, notes),
      timezone: this.timezone(cells, notes),
    };
  }

  private firstOf(field: keyof ContactRows['columns'], cells: readonly (string | null)[]): string | null {
    return this.columns[field].map(({ index }) => cells[index]).find((text) => text != null) ?? null;
  }

  private email(cells: readonly (string | null)[], notes: string[]): string | null {
    const texts = this.columns.email.flatMap(({ index }) => cells[index] ?? []);
    const email = texts.flatMap((text) => text.split(/[\s;,<>]+/, MOST_PARTS)).find(isEmailAddress);
    if (email === undefined && texts.length > 0) notes.push('email: is not an email address, and is left out');
    return email ?? null;
  }

  private timezone(cells: readonly (string | null)[], notes: string[]): string | null {
    const text = this.firstOf('timezone', cells);
    if (text === null || isTimeZone(text)) return text;
    notes.push('timezone: is not an IANA time zone, and is left out');
    return null;
  }

  /** Collects columns without a field, telephones that are not dialed, and the JSON column of an export. */
  private customFields(
    cells: readonly (string | null)[],
    { used, extension, notes }: { used: number; extension: string | null; notes: string[] },
  ) {
    const all = Object.create(null) as Record<string, string>;
    if (extension !== null) all[EXTENSION_FIELD] = extension;
    for (const { name, index } of this.others) {
      const text = cells[index];
      if (text != null && index !== used) all[name] = text;
    }
    return fittingFields(this.withJson(all, cells[this.unsaidAt] ?? null, notes));
  }

  private withJson(all: Record<string, string>, text: string | null, notes: string[]) {
    if (text === null) return all;
    const unsaid = readCustomFields(text);
    if (unsaid) return withUnsaid(all, unsaid, this.names);
    notes.push(`${CUSTOM_FIELDS_COLUMN}: is no JSON object that can be stored as it is, and is kept as text`);
    all[CUSTOM_FIELDS_COLUMN] = text;
    return all;
  }
}

const MOST_PARTS = 10;

interface Dialed {
  /** Index of the column; -1: none. */
  readonly at: number;
  readonly value: string | null;
  readonly reading: ContactNumber;
  readonly problem: string | null;
  readonly notes: readonly string[];
}

function notDialed(
  cell: { text: string; reading: ContactNumber } | undefined,
  advise: (text: string) => NumberAdvice,
): Dialed {
  const reading = cell?.reading ?? readContactNumber(null, null);
  const problem = reading.problem === 'empty' ? 'is empty' : sentenceOf(advise(cell?.text ?? ''));
  return { at: -1, value: cell?.text ?? null, reading, problem: `phone_number: ${problem}`, notes: [] };
}

function notesOf({ name, reading }: { name: string; reading: ContactNumber }, passed: readonly string[]): string[] {
  const quoted = (header: string) => `"${header.slice(0, 50)}"`;
  return [
    ...(passed.length === 0
      ? []
      : [`phone_number: ${passed.map(quoted).join(', ')} has no number that can be read, so ${quoted(name)} is used`]),
    ...(reading.others === 0 ? [] : [`phone_number: ${reading.others + 1} numbers stand there, the first is used`]),
  ];
}

/** Replaces cells by null that are empty, or hold characters of another encoding. */
function soundCells(cells: readonly string[], header: readonly string[]) {
  const notes: string[] = [];
  const sound = cells.map((cell, index) => {
    if (!isSpoiled(cell)) return cellText(cell);
    const fault = cell.includes('\0') ? CELL_FAULTS.nul : CELL_FAULTS.encoding;
    notes.push(`"${(header[index] ?? '').slice(0, 50)}" ${fault}, and is left out`);
    return null;
  });
  return { sound, notes: notes.slice(0, MOST_NOTES) };
}

const MOST_NOTES = 5;

function fitting(field: 'first_name' | 'last_name', text: string | null, notes: string[]): string | null {
  const longest = COLUMN_LIMITS.leads[field];
  if (text === null || charactersIn(text) <= longest) return text;
  notes.push(`${field}: is longer than ${longest} characters, and is left out`);
  return null;
}

/** Bounds of a cell: a contact has 16,384 bytes of custom fields. */
const BOUNDS: JsonBounds = { depth: 64, containers: 10_000, values: 20_000, fields: 1_000 };

/**
 * Reads custom fields that an export has written as JSON.
 * @returns null if the text is no object that can be stored, or has a number that parsing would change.
 */
function readCustomFields(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseBounded(text, BOUNDS);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && isStorable(value) && changedNumbers(text, 1).length === 0
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

interface NameParts {
  readonly first_name: string | null;
  readonly last_name: string | null;
}

/** Splits a full name: `Lovelace, Ada` at its comma, `Ada Lovelace` after its first word. */
function splitFullName(name: string | null): NameParts {
  const plain = (name ?? '').trim();
  if (plain === '') return { first_name: null, last_name: null };
  const comma = plain.indexOf(',');
  if (comma > 0) return { first_name: plain.slice(comma + 1).trim() || null, last_name: plain.slice(0, comma).trim() };
  const space = plain.search(/\s/);
  if (space === -1) return { first_name: plain, last_name: null };
  return { first_name: plain.slice(0, space), last_name: plain.slice(space).trim() };
}
