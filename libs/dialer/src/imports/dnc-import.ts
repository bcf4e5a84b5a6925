import { Injectable } from '@nestjs/common';
import { columnsAt, columnsOf, expiryColumns, guessDncMapping, mappingProblem, type Mapping } from '#csv/mapping.js';
import type { Table, TableRow } from '#csv/open-table.js';
import type { Sql } from '#database/connection/sql.js';
import { suppressListed } from '#database/statements/people/dnc.js';
import { judgePeople, type KnownPerson, type NamedPerson } from '#database/statements/imports/judge-people.js';
import { listImported, type ImportedEntry } from '#database/statements/imports/list-imported.js';
import type { JudgedRow, ClaimedImport } from '#database/statements/imports/run-import.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { DUPLICATE_TERMS } from '#rules/lead/duplicate-rule.js';
import type { RowVerdict } from '#rules/lead/import-status.js';
import { readListedNumbers } from '#rules/phone-number/listed-numbers.js';
import { telephoneLook } from '#rules/phone-number/telephone-cell.js';
import { lockListed } from '../people/do-not-call.js';
import { PersonHash } from '../people/person-hash.js';
import { Breather } from './breather.js';
import { DncColumns } from './dnc-columns.js';
import { dncRowReader, type DncRecord } from './dnc-row.js';
import {
  judged,
  personIdOf,
  type ChosenMapping,
  type ImportKind,
  type MappingChoice,
  type ReadRow,
  type RowReader,
} from './import-kind.js';
import { SAMPLE_ROWS } from './telephone-choice.js';

interface DncFileRow extends ReadRow {
  readonly record: DncRecord;
  readonly people: readonly NamedPerson[];
}

/** Number of a row, with its verdict. */
interface JudgedNumber extends NamedPerson {
  readonly verdict: RowVerdict;
  readonly isLonger: boolean;
}

/** Rows of one transaction. Each may name twenty numbers, and every number is locked. */
const ROWS_TOGETHER = 250;

/** Imports numbers that must not be called. */
@Injectable()
export class DncImport implements ImportKind<DncFileRow> {
  readonly isForgiving = true;
  readonly together = ROWS_TOGETHER;

  constructor(private readonly hash: PersonHash) {}

  async chooseMapping(claimed: ClaimedImport, table: Table, sent: Mapping | null): Promise<MappingChoice> {
    const named = sent ?? (await this.guessed(claimed, table));
    const headless = await this.headlessMapping(claimed, table, named);
    const mapping = headless ?? named;
    const message = mappingProblem(mapping, table.header);
    return { mapping, isHeadless: headless !== null, problem: message === null ? null : { code: 'mapping', message } };
  }

  /** Maps the first column that surely holds telephones, if no header names one. */
  private async guessed({ default_country: country }: ClaimedImport, table: Table): Promise<Mapping> {
    const mapping = guessDncMapping(table.header);
    if (mapping.phone_number !== undefined) return mapping;
    const sample = await table.sample(SAMPLE_ROWS);
    const at = table.header.findIndex((_, index) =>
      sample.some(({ cells }) => telephoneLook(cells[index] ?? '', country) === 'number'),
    );
    return at === -1 ? mapping : { ...mapping, phone_number: table.header[at]! };
  }

  /** Maps a list of bare numbers, whose first line is a row, whatever names the sender gives its columns. */
  private async headlessMapping(
    { default_country: country, options }: ClaimedImport,
    { header, firstCells }: Table,
    named: Mapping,
  ): Promise<Mapping | null> {
    const isSure = (cell: string) => ['number', 'digits'].includes(telephoneLook(cell, country));
    const isReadable = (cell: string) => readListedNumbers(cell, country).numbers.length > 0;
    const sure = isAreaCodeList(firstCells, country) ? 0 : await firstArea(firstCells, isSure);
    const at =
      sure === -1 && columnsOf(named, 'phone_number').length === 0 ? await firstArea(firstCells, isReadable) : sure;
    if (at === -1) return null;
    return columnsOf(options.mapping ?? {}, 'phone_number').length === 0 ? { phone_number: header[at]! } : named;
  }

  async reader(
    claimed: ClaimedImport,
    table: Table,
    { mapping, isHeadless }: ChosenMapping,
  ): Promise<RowReader<DncFileRow>> {
    const { default_country: country, now, options, found } = claimed;
    const { header } = table;
    const isByArea = isHeadless && isAreaCodeList(table.firstCells, country);
    const whole = (row: TableRow) => (isByArea ? withAreaCode(row) : row);
    const { cells: firstCells } = whole({ row: 1, cells: table.firstCells, fault: null });
    const columns = new DncColumns({
      header,
      surest: columnsAt(mapping, 'phone_number', header).map(({ index }) => index),
      isNamed: options.mapping !== null,
      firstCells: isHeadless ? firstCells : null,
      country,
      found,
    });
    const reasonAt = columnsAt(mapping, 'reason', header)[0]?.index ?? -1;
    const endsAt = endColumns(header, mapping, options.mapping !== null || isHeadless);
    const read = dncRowReader({ header, columns, reasonAt, endsAt, country, now }, new Breather());
    return {
      read: async (row) => this.rowOf(claimed.tenant_id, row, await read(whole(row))),
      findings: () => columns.findings(),
    };
  }

  async lockForRows(sql: Sql, { tenant_id, options }: ClaimedImport, rows: readonly DncFileRow[]): Promise<null> {
    if (!options.dry_run) await lockListed(sql, tenant_id, [...new Set(rows.flatMap(({ record }) => record.numbers))]);
    return null;
  }

  async store(sql: Sql, claimed: ClaimedImport, rows: readonly DncFileRow[]): Promise<JudgedRow[]> {
    const scope = { importId: claimed.id, tenantId: claimed.tenant_id, campaignId: null };
    const people = new Map(rows.flatMap((row) => row.people.map((person) => [person.person, person] as const)));
    const known = new Map((await judgePeople(sql, scope, [...people.values()])).map((one) => [one.person, one]));
    const isUpdate = DUPLICATE_TERMS[claimed.options.on_duplicate].dncReason;
    const judgements = judgeNumbers(rows, { known, isUpdate });
    if (!claimed.options.dry_run) await write(sql, claimed, entriesOf(rows, judgements));
    return rows.map((row, index) => toJudgedRow(row, judgements[index]!));
  }

  private rowOf(tenantId: string, { row }: TableRow, record: DncRecord): DncFileRow {
    const people = record.numbers.map((phone_number) => this.personOf(tenantId, phone_number));
    const [first = { phone_number: null, person_hashes: null, person: null }] = people;
    return { row, value: record.value, invalid: record.invalid, ...first, people, record };
  }

  private personOf(tenantId: string, phone_number: string): NamedPerson {
    const person_hashes = this.hash.allOf(tenantId, phone_number);
    return { phone_number, person_hashes, person: personIdOf(person_hashes[0]) };
  }
}

/** Returns the index of the first cell that matches; -1: none does. */
async function firstArea(cells: readonly string[], isSuch: (cell: string) => boolean): Promise<number> {
  const breather = new Breather();
  for (const [index, cell] of cells.entries()) {
    if (isSuch(cell)) return index;
    await breather.breathe();
  }
  return -1;
}

/** Returns all columns of end dates, unless the sender has named one. */
function endColumns(header: readonly string[], mapping: Mapping, isNamed: boolean): number[] {
  if (!isNamed) return expiryColumns(header);
  return columnsAt(mapping, 'expires_at', header).map(({ index }) => index);
}

async function write(sql: Sql, { id: importId, tenant_id, is_test, options }: ClaimedImport, entries: ImportedEntry[]) {
  const list = { tenantId: tenant_id, isTest: is_test };
  const isUpdate = DUPLICATE_TERMS[options.on_duplicate].dncReason;
  const changed = await listImported(sql, { ...list, importId, isUpdate }, entries);
  if (changed.length > 0) await suppressListed(sql, list, changed);
}

/** Judges each number of each row. Only the first row of a number counts. */
function judgeNumbers(
  rows: readonly DncFileRow[],
  { known, isUpdate }: { known: ReadonlyMap<string, KnownPerson>; isUpdate: boolean },
): JudgedNumber[][] {
  const seen = new Set<string>();
  return rows.map(({ people, record }) =>
    people.map((person) => {
      const isRepeated = seen.has(person.person);
      seen.add(person.person);
      const one = known.get(person.person)!;
      const isLonger = !isRepeated && one.has_dnc_entry && lasts(record.expiresAt) > lasts(one.dnc_expires_at);
      return { ...person, isLonger, verdict: isRepeated ? 'duplicate_in_file' : verdictOf(one, isUpdate || isLonger) };
    }),
  );
}

function lasts(expiresAt: Date | null): number {
  return expiresAt?.getTime() ?? Infinity;
}

function verdictOf({ is_in_file, has_dnc_entry }: KnownPerson, isChanged: boolean): RowVerdict {
  if (is_in_file) return 'duplicate_in_file';
  if (!has_dnc_entry) return 'created';
  return isChanged ? 'updated' : 'duplicate_existing';
}

/** Returns one entry per number: with the latest end of its rows, and the reason of its first row. */
function entriesOf(rows: readonly DncFileRow[], judgements: readonly (readonly JudgedNumber[])[]): ImportedEntry[] {
  const entries = new Map<string, { phone_number: string; reason: string | null; expiresAt: Date | null }>();
  for (const [index, { record }] of rows.entries()) {
    for (const { phone_number, verdict } of judgements[index]!) {
      const other = entries.get(numberKey(phone_number));
      const expiresAt = other && lasts(other.expiresAt) > lasts(record.expiresAt) ? other.expiresAt : record.expiresAt;
      const reason = other?.reason ?? (verdict === 'duplicate_in_file' ? null : record.reason);
      entries.set(numberKey(phone_number), { phone_number: other?.phone_number ?? phone_number, reason, expiresAt });
    }
  }
  return [...entries.values()].map(({ phone_number, reason, expiresAt }) => ({
    phone_number,
    reason,
    expires_at: expiresAt?.toISOString() ?? null,
  }));
}

/** Verdicts of a row with several numbers, the strongest first. */
const BY_WEIGHT = ['created', 'updated', 'duplicate_existing', 'duplicate_in_file'] as const;

function toJudgedRow(row: DncFileRow, numbers: readonly JudgedNumber[]): JudgedRow {
  const { notes, isForGood, isLost } = row.record;
  const flags = { is_for_good: isForGood, is_lost: isLost };
  if (row.invalid !== null)
    return { ...judged(row, 'invalid', { reason: [row.invalid, ...faultOf(row)].join('; ') }), ...flags };
  const verdict = BY_WEIGHT.find((one) => numbers.some((number) => number.verdict === one))!;
  const counted = numbers.find((number) => number.verdict === verdict)!;
  const plain = judged({ ...row, person: counted.person }, verdict);
  const why = counted.isLonger ? 'the number was listed already, and is now for longer' : plain.reason;
  const reason = [...(why ? [why] : []), ...notes].join('; ') || null;
  return { ...plain, reason, ...flags };
}

function faultOf({ record }: DncFileRow): string[] {
  return record.notes.filter((note) => note.startsWith('the row '));
}

/** Countries of the North American numbering plan, whose lists may be kept by area code; null: no country is known. */
const COUNTRIES: readonly (string | null)[] = ['US', 'CA', null];

/**
 * Returns true for a list without a header that has the area code in its own cell: `202,5550101`. The do-not-call
 * registry of the USA has this form.
 */
function isAreaCodeList([area = '', number = '']: readonly string[], country: string | null): boolean {
  return COUNTRIES.includes(country) && /^[2-9]\d\d$/.test(area) && /^[2-9]\d{6}$/.test(number);
}

/** Writes the whole number into the first cell of a row of such a list. */
function withAreaCode(row: TableRow): TableRow {
  const [area = '', number = '', ...others] = row.cells;
  return isAreaCodeList(row.cells, null) ? { ...row, cells: [`+1${area}${number}`, '', ...others] } : row;
}
