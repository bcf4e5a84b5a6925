import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../data/imports');

/** A person of a file; what is not named is not compared, null says that the field is empty. */
export interface ExpectedPerson {
  readonly row: number;
  readonly phone_number: string;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly email?: string | null;
  readonly timezone?: string | null;
  readonly suppressed?: true;
  readonly phone_extension?: string;
  readonly custom_fields?: Readonly<Record<string, string>>;
}

/** Reasons for which a row names no person who can be called. */
export type Why = 'empty' | 'not_a_number' | 'digits_lost';

/** Reading of a file by a careful person; the README beside the files says what each field means. */
export interface Expectation {
  readonly default_country: string;
  readonly needs_mapping: boolean;
  readonly no_header?: true;
  readonly lines_above_header: number;
  readonly delimiter: string;
  readonly encoding?: string;
  readonly mapping: Readonly<Record<string, readonly string[]>>;
  readonly not_telephones: readonly string[];
  readonly rows_read: number;
  readonly people: readonly ExpectedPerson[];
  readonly may_be_refused?: readonly number[];
  readonly duplicates: readonly number[];
  readonly invalid: readonly { readonly row: number; readonly why: Why }[];
  readonly findings: { readonly do_not_call_columns: readonly string[]; readonly extensions?: number };
  readonly do_not_call: {
    readonly listed: readonly string[];
    readonly never_listed: readonly string[];
    readonly rows_not_listed: readonly number[];
    readonly telephone_columns: readonly string[];
    readonly unread_columns: readonly string[];
  };
}

export interface ExpectedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly expected: Expectation;
}

const EXPECTATION = '.expected.json';

/** Every file of `test/data/imports` with what must be read in it. @throws for a file without an expectation. */
export function expectedFiles(): ExpectedFile[] {
  const names = readdirSync(FOLDER).filter((name) => /\.(csv|txt)$/.test(name));
  return names.map((name) => ({
    name,
    bytes: readFileSync(join(FOLDER, name)),
    expected: JSON.parse(readFileSync(join(FOLDER, name.replace(/\.\w+$/, EXPECTATION)), 'utf8')) as Expectation,
  }));
}

/** Lists expectations whose file is missing: no test would check them. */
export function expectationsWithoutFile(): string[] {
  const names = readdirSync(FOLDER);
  const bases = new Set(expectedFiles().map(({ name }) => name.replace(/\.\w+$/, '')));
  return names.filter((name) => name.endsWith(EXPECTATION) && !bases.has(name.slice(0, -EXPECTATION.length)));
}
