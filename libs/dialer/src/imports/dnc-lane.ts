import { Injectable } from '@nestjs/common';
import { DNC_FIELDS, recordReader, type Mapping } from '#csv/mapping.js';
import type { TableRow } from '#csv/open-table.js';
import type { Sql } from '#database/sql.js';
import type { NewDncEntry } from '#database/statements/dnc.js';
import { judgePeople, type KnownPerson, type NamedPerson } from '#database/statements/imports/judge-people.js';
import type { JudgedRow, TakenImport } from '#database/statements/imports/run-import.js';
import type { RowVerdict } from '#rules/import-status.js';
import { toE164 } from '#rules/phone-number.js';
import { holdListed, listNumbers, MOST_LISTED_AT_ONCE } from '../campaigns/do-not-call.js';
import { PersonHash } from '../people/person-hash.js';
import { firstOfEach, judged, personIdOf, type ImportLane, type ReadRow } from './import-lane.js';

interface DncFileRow extends ReadRow {
  readonly reason: string | null;
  readonly expiresAt: Date | null;
}

/** Numbers that must not be called. */
@Injectable()
export class DncLane implements ImportLane<DncFileRow> {
  readonly fields = DNC_FIELDS;
  readonly together = MOST_LISTED_AT_ONCE;

  constructor(private readonly hash: PersonHash) {}

  reader({ tenant_id, default_country, now }: TakenImport, header: readonly string[], mapping: Mapping) {
    const read = recordReader(header, mapping, DNC_FIELDS);
    return ({ row, cells, fault }: TableRow): DncFileRow => {
      const { phone_number: value, reason, expires_at } = read(cells);
      const number = value === null ? null : toE164(value, default_country);
      const expiresAt = expires_at === null ? null : new Date(expires_at);
      const invalid = fault ?? rowProblem({ value, number, reason, expiresAt }, now);
      const personHash = invalid === null ? this.hash.of(tenant_id, number!) : null;
      return {
        row,
        value,
        reason,
        expiresAt,
        phone_number: number,
        person_hash: personHash,
        person: personHash && personIdOf(personHash),
        invalid,
      };
    };
  }

  async hold(sql: Sql, { tenant_id, options }: TakenImport, rows: readonly DncFileRow[]): Promise<null> {
    if (!options.dry_run)
      await holdListed(
        sql,
        tenant_id,
        rows.flatMap(({ phone_number }) => phone_number ?? []),
      );
    return null;
  }

  async store(sql: Sql, taken: TakenImport, rows: readonly DncFileRow[]): Promise<JudgedRow[]> {
    const { firsts, repeated } = firstOfEach(rows);
    const scope = { importId: taken.id, tenantId: taken.tenant_id, campaignId: null };
    const known = await judgePeople(sql, scope, firsts as unknown as NamedPerson[]);
    const verdicts = new Map(known.map((person) => [person.person, verdictOf(person, taken.options.on_duplicate)]));
    const listed = firsts.filter(({ person }) => ['created', 'updated'].includes(verdicts.get(person!)!));
    if (listed.length > 0 && !taken.options.dry_run) {
      await listNumbers(
        sql,
        taken.tenant_id,
        listed.map((row) => toEntry(row, taken.id)),
      );
    }
    return rows.map((row) => {
      if (row.invalid !== null) return judged(row, 'invalid');
      return judged(row, repeated.has(row) ? 'duplicate_in_file' : verdicts.get(row.person!)!);
    });
  }
}

function verdictOf({ is_in_file, has_dnc_entry }: KnownPerson, onDuplicate: 'skip' | 'update'): RowVerdict {
  if (is_in_file) return 'duplicate_in_file';
  if (!has_dnc_entry) return 'created';
  return onDuplicate === 'update' ? 'updated' : 'duplicate_existing';
}

function toEntry({ phone_number, reason, expiresAt }: DncFileRow, importId: string): NewDncEntry {
  return {
    phone_number: phone_number!,
    reason,
    source: 'import',
    expires_at: expiresAt?.toISOString() ?? null,
    import_id: importId,
  };
}

const LONGEST_REASON = 255;

interface ReadEntry {
  readonly value: string | null;
  readonly number: string | null;
  readonly reason: string | null;
  readonly expiresAt: Date | null;
}

function rowProblem(row: ReadEntry, now: Date): string | null {
  if (row.value === null) return 'phone_number: is empty';
  if (row.number === null) return 'phone_number: is not a phone number';
  if (row.reason !== null && row.reason.length > LONGEST_REASON)
    return `reason: is longer than ${LONGEST_REASON} characters`;
  if (row.expiresAt !== null && !isTime(row.expiresAt)) return 'expires_at: is not a date, as 2027-03-31T00:00:00Z';
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expires_at: lies in the past';
  return null;
}

function isTime(date: Date): boolean {
  return !Number.isNaN(date.getTime()) && date.getUTCFullYear() > 1970 && date.getUTCFullYear() < 10_000;
}
