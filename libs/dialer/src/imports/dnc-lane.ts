import { Injectable } from '@nestjs/common';
import { DNC_FIELDS, type Mapping } from '#csv/mapping.js';
import type { TableRow } from '#csv/open-table.js';
import type { Sql } from '#database/sql.js';
import { suppressListed } from '#database/statements/dnc.js';
import { judgePeople, type KnownPerson, type NamedPerson } from '#database/statements/imports/judge-people.js';
import { listImported, type ImportedEntry } from '#database/statements/imports/list-imported.js';
import type { JudgedRow, TakenImport } from '#database/statements/imports/run-import.js';
import type { RowVerdict } from '#rules/import-status.js';
import { readListedNumbers } from '#rules/listed-numbers.js';
import { holdListed } from '../campaigns/do-not-call.js';
import { PersonHash } from '../people/person-hash.js';
import { dncRowReader, type DncRecord } from './dnc-row.js';
import { judged, personIdOf, type ImportLane, type ReadRow } from './import-lane.js';

interface DncFileRow extends ReadRow {
  readonly record: DncRecord;
  readonly people: readonly NamedPerson[];
}

/** One number of a row, and what comes of it. */
interface JudgedNumber extends NamedPerson {
  readonly verdict: RowVerdict;
  readonly isLonger: boolean;
}

/** Rows of one transaction: each may name twenty numbers, and every number is a lock. */
const ROWS_TOGETHER = 250;

/** Numbers that must not be called. */
@Injectable()
export class DncLane implements ImportLane<DncFileRow> {
  readonly fields = DNC_FIELDS;
  readonly together = ROWS_TOGETHER;

  constructor(private readonly hash: PersonHash) {}

  /** A list of bare numbers has no header: its first line is a row. */
  headlessMapping({ default_country }: TakenImport, header: readonly string[]): Mapping | null {
    const column = header.find((cell) => readListedNumbers(cell, default_country).numbers.length > 0);
    return column === undefined ? null : { phone_number: column };
  }

  reader(
    { tenant_id, default_country: country, now, options }: TakenImport,
    header: readonly string[],
    mapping: Mapping,
  ) {
    const read = dncRowReader({ header, mapping, isGuessed: options.mapping === null, country, now });
    return (row: TableRow): DncFileRow => {
      const record = read(row);
      const people = record.numbers.map((phone_number) => this.personOf(tenant_id, phone_number));
      return {
        row: row.row,
        value: record.value,
        invalid: record.invalid,
        phone_number: people[0]?.phone_number ?? null,
        person_hash: people[0]?.person_hash ?? null,
        person: people[0]?.person ?? null,
        people,
        record,
      };
    };
  }

  async hold(sql: Sql, { tenant_id, options }: TakenImport, rows: readonly DncFileRow[]): Promise<null> {
    if (!options.dry_run) await holdListed(sql, tenant_id, [...new Set(rows.flatMap(({ record }) => record.numbers))]);
    return null;
  }

  async store(sql: Sql, taken: TakenImport, rows: readonly DncFileRow[]): Promise<JudgedRow[]> {
    const scope = { importId: taken.id, tenantId: taken.tenant_id, campaignId: null };
    const people = new Map(rows.flatMap((row) => row.people.map((person) => [person.person, person] as const)));
    const known = new Map((await judgePeople(sql, scope, [...people.values()])).map((one) => [one.person, one]));
    const isUpdate = taken.options.on_duplicate === 'update';
    const judgements = judgeNumbers(rows, { known, isUpdate });
    if (!taken.options.dry_run) await write(sql, taken, entriesOf(rows, judgements));
    return rows.map((row, index) => toJudgedRow(row, judgements[index]!));
  }

  private personOf(tenantId: string, phone_number: string): NamedPerson {
    const person_hash = this.hash.of(tenantId, phone_number);
    return { phone_number, person_hash, person: personIdOf(person_hash) };
  }
}

async function write(sql: Sql, { id: importId, tenant_id: tenantId, options }: TakenImport, entries: ImportedEntry[]) {
  const isUpdate = options.on_duplicate === 'update';
  const changed = await listImported(sql, { importId, tenantId, isUpdate }, entries);
  if (changed.length > 0) await suppressListed(sql, tenantId, changed);
}

/** What comes of each number of each row; only the first row of a number counts. */
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

/** Each number once, for as long as any of its rows says, with the reason of its first. */
function entriesOf(rows: readonly DncFileRow[], judgements: readonly (readonly JudgedNumber[])[]): ImportedEntry[] {
  const entries = new Map<string, { reason: string | null; expiresAt: Date | null }>();
  for (const [index, { record }] of rows.entries()) {
    for (const { phone_number, verdict } of judgements[index]!) {
      const other = entries.get(phone_number);
      const expiresAt = other && lasts(other.expiresAt) > lasts(record.expiresAt) ? other.expiresAt : record.expiresAt;
      const reason = other?.reason ?? (verdict === 'duplicate_in_file' ? null : record.reason);
      entries.set(phone_number, { reason, expiresAt });
    }
  }
  return [...entries].map(([phone_number, { reason, expiresAt }]) => ({
    phone_number,
    reason,
    expires_at: expiresAt?.toISOString() ?? null,
  }));
}

/** What counts for a row with several numbers, the most first. */
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
