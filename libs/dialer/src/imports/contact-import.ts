import { Injectable } from '@nestjs/common';
import { ignoredColumns } from '#csv/contact-file.js';
import { columnsOf, exportMapping, guessPersonMapping, mappingProblem, type Mapping } from '#csv/mapping.js';
import type { Table, TableRow } from '#csv/open-table.js';
import type { Sql } from '#database/connection/sql.js';
import { addLeads, type NewLead } from '#database/statements/leads/add-leads.js';
import { suppressListed } from '#database/statements/people/dnc.js';
import { lockErasures } from '#database/statements/people/erase-person.js';
import { judgePeople, type KnownPerson, type NamedPerson } from '#database/statements/imports/judge-people.js';
import { listImported } from '#database/statements/imports/list-imported.js';
import type { JudgedRow, ClaimedImport } from '#database/statements/imports/run-import.js';
import { updateLeads } from '#database/statements/imports/update-leads.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { dialingIn } from '#rules/campaign/dialing-time.js';
import { DUPLICATE_TERMS, type DuplicateRule } from '#rules/lead/duplicate-rule.js';
import type { RowVerdict } from '#rules/lead/import-status.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { lockListed } from '../people/do-not-call.js';
import { areasOf } from '../claim/calling-hours.js';
import { PersonHash } from '../people/person-hash.js';
import { CallPermissions } from './call-permissions.js';
import { ContactRows, type ContactRecord } from './contact-row.js';
import { contactOf, updatesOf, type Contact } from './contact-updates.js';
import {
  ERASED,
  firstOfEach,
  judged,
  personIdOf,
  type ChosenMapping,
  type ImportKind,
  type ImportProblem,
  type MappingChoice,
  type ReadRow,
  type RowReader,
} from './import-kind.js';
import { chooseTelephones, SAMPLE_ROWS } from './telephone-choice.js';

interface ContactRow extends ReadRow {
  readonly record: ContactRecord;
}

/** Rows of one transaction if each may put numbers on the do-not-call list, since every number is locked. */
const ROWS_TOGETHER_WITH_LOCKS = 250;

/** Imports the contacts of a campaign. */
@Injectable()
export class ContactImport implements ImportKind<ContactRow> {
  readonly isForgiving = false;
  readonly together = 2_000;

  constructor(private readonly hash: PersonHash) {}

  /** Keeps the mapping that an earlier worker chose: a country that was changed since must not change the column. */
  async chooseMapping(claimed: ClaimedImport, table: Table, sent: Mapping | null): Promise<MappingChoice> {
    const { header } = table;
    const earlier = claimed.rows_read > 0 ? claimed.found?.mapping : undefined;
    const named: Mapping | null =
      sent && columnsOf(sent, 'phone_number').length > 0 ? sent : (earlier ?? exported(header, sent));
    if (named) return { mapping: named, isHeadless: false, problem: problemOf(mappingProblem(named, header)) };
    const choice = chooseTelephones(header, await table.sample(SAMPLE_ROWS), claimed.default_country);
    const others = { ...guessPersonMapping(header), ...sent };
    if ('message' in choice) {
      const { message, candidates } = choice;
      return { mapping: others, isHeadless: false, problem: { code: 'needs_mapping', message }, found: { candidates } };
    }
    const [first, ...more] = choice.columns;
    const mapping: Mapping = { ...others, phone_number: more.length > 0 ? choice.columns : first! };
    return { mapping, isHeadless: false, problem: problemOf(mappingProblem(mapping, header)) };
  }

  async reader(claimed: ClaimedImport, table: Table, { mapping }: ChosenMapping): Promise<RowReader<ContactRow>> {
    const { tenant_id, default_country: country, found } = claimed;
    const { header } = table;
    const sample = await table.sample(SAMPLE_ROWS);
    const permissions = new CallPermissions({
      header,
      mapping,
      sample,
      country,
      found: found?.do_not_call_columns ?? [],
    });
    const rows = new ContactRows({ header, mapping, country, permissions });
    const extensionsBefore = claimed.rows_read > 0 ? (found?.extensions ?? 0) : 0;
    const read = (row: TableRow) => this.rowOf(tenant_id, row, rows.read(row));
    const ignored_columns = ignoredColumns(header);
    const findings = () => ({
      ...permissions.findings(),
      extensions: extensionsBefore + rows.extensions,
      ignored_columns,
    });
    return { read, findings, ...(permissions.mayForbid ? { together: ROWS_TOGETHER_WITH_LOCKS } : {}) };
  }

  private rowOf(tenantId: string, { row }: TableRow, record: ContactRecord): ContactRow {
    const number = record.invalid === null ? record.phone_number : null;
    const hashes = number === null ? null : this.hash.allOf(tenantId, number);
    return {
      row,
      record,
      value: record.value,
      phone_number: number,
      person_hashes: hashes,
      person: hashes && personIdOf(hashes[0]),
      invalid: record.invalid,
    };
  }

  async lockForRows(sql: Sql, claimed: ClaimedImport, rows: readonly ContactRow[]): Promise<ImportProblem | null> {
    const { tenant_id, campaign_id, options } = claimed;
    await lockErasures(sql, tenant_id);
    const forbidden = options.dry_run ? [] : forbiddenNumbers(rows);
    if (forbidden.length > 0) await lockListed(sql, tenant_id, forbidden, campaign_id!);
    const campaign = await lockCampaign(sql, { campaignId: campaign_id!, tenantId: tenant_id });
    const { dials, detail } = dialingIn(campaign?.status ?? 'archived');
    return dials === 'never' ? { code: 'campaign_closed', message: detail! } : null;
  }

  async store(sql: Sql, claimed: ClaimedImport, rows: readonly ContactRow[]): Promise<JudgedRow[]> {
    const { firsts, repeated } = firstOfEach(rows);
    const verdicts = await this.verdicts(sql, claimed, { rows, firsts });
    if (!claimed.options.dry_run) await suppress(sql, claimed, forbiddenNumbers(rows, verdicts));
    const { leadIds, notes } = await write(sql, claimed, firsts, verdicts);
    return rows.map((row) => {
      const { forbiddenBy } = row.record;
      const said = [...row.record.notes, ...(notes.get(row) ?? [])];
      const forbids = forbiddenBy === null ? [] : [forbiddenNote(forbiddenBy)];
      if (row.invalid !== null)
        return judged(row, 'invalid', { notes: row.record.forbidden.length > 0 ? forbids : [] });
      if (repeated.has(row)) return judged(row, 'duplicate_in_file', { notes: [...forbids, ...said] });
      const known = verdicts.get(row.person!)!;
      const leadId = known.isMade ? leadIds.get(row.phone_number!) : null;
      return judged(row, known.verdict, { leadId, contactId: known.contactId, ...reasonOf(known), notes: said });
    });
  }

  private async verdicts(
    sql: Sql,
    claimed: ClaimedImport,
    { rows, firsts }: { rows: readonly ContactRow[]; firsts: readonly ContactRow[] },
  ): Promise<Map<string, Verdict>> {
    const scope = { importId: claimed.id, tenantId: claimed.tenant_id, campaignId: claimed.campaign_id };
    const known = await judgePeople(sql, scope, firsts as unknown as NamedPerson[]);
    const forbiddenBy = new Map<string, string>();
    for (const { person, record } of rows) {
      const isFirst = person !== null && !forbiddenBy.has(person);
      if (isFirst && record.forbiddenBy !== null) forbiddenBy.set(person, record.forbiddenBy);
    }
    return new Map(
      known.map((one) => [
        one.person,
        verdictOf(one, { onDuplicate: claimed.options.on_duplicate, forbiddenBy: forbiddenBy.get(one.person) ?? null }),
      ]),
    );
  }
}

/** Returns the mapping of an export of Outdial, where every column is what its name says; null for other files. */
function exported(header: readonly string[], sent: Mapping | null): Mapping | null {
  const mapping = exportMapping(header);
  return mapping && { ...mapping, ...sent };
}

function problemOf(message: string | null): ImportProblem | null {
  return message === null ? null : { code: 'mapping', message };
}

interface Verdict {
  readonly verdict: RowVerdict;
  readonly isErased: boolean;
  /** True if a lead is added or revived. */
  readonly isMade: boolean;
  /** True if an existing lead is updated. */
  readonly isUpdated: boolean;
  readonly forbiddenBy: string | null;
  /** Contact that had the number before this file. A dry run reports the same. */
  readonly contactId: string | null;
}

function verdictOf(
  person: KnownPerson,
  { onDuplicate, forbiddenBy }: { onDuplicate: DuplicateRule; forbiddenBy: string | null },
): Verdict {
  const { is_in_file, is_erased, is_listed, lead_id, lead_status } = person;
  const isThere = lead_id !== null && lead_status !== 'removed';
  const isUpdated = isThere && DUPLICATE_TERMS[onDuplicate].contact.length > 0 && !is_in_file && !is_erased;
  const verdict = (name: RowVerdict, isMade = false) => {
    const contactId = isThere && !is_erased && !is_in_file ? lead_id : null;
    return { verdict: name, isErased: is_erased, isMade, isUpdated, forbiddenBy, contactId };
  };
  if (is_in_file) return verdict('duplicate_in_file');
  if (is_erased) return verdict('suppressed');
  if (isThere && forbiddenBy === null) return verdict(isUpdated ? 'updated' : 'duplicate_existing');
  if (is_listed || forbiddenBy !== null) return verdict('suppressed', !isThere);
  return verdict(lead_id === null ? 'created' : 'revived', true);
}

function reasonOf({ verdict, isErased, forbiddenBy }: Verdict): { reason?: string } {
  if (isErased) return { reason: ERASED };
  if (forbiddenBy === null) return {};
  const note = forbiddenNote(forbiddenBy);
  return { reason: verdict === 'duplicate_in_file' ? `the number stands earlier in this file; ${note}` : note };
}

function forbiddenNote(column: string): string {
  return `the column "${column.slice(0, 50)}" forbids the call, so the number is on the do-not-call list`;
}

/** Returns the numbers that rows forbid to call, except those of people who were erased. */
function forbiddenNumbers(rows: readonly ContactRow[], verdicts?: ReadonlyMap<string, Verdict>): string[] {
  const kept = rows.filter(({ person }) => person === null || !verdicts?.get(person)?.isErased);
  return [...new Set(kept.flatMap(({ record, phone_number }) => numbersOf(record, phone_number)))];
}

function numbersOf({ forbiddenBy, forbidden }: ContactRecord, number: string | null): string[] {
  return forbiddenBy === null ? [] : [...(number === null ? [] : [number]), ...forbidden];
}

const FORBIDDEN = 'a file of contacts forbids the call';

/** Puts numbers on the do-not-call list of the campaign's world, as entries of this import. Its undo removes them. */
async function suppress(sql: Sql, { id: importId, tenant_id, is_test }: ClaimedImport, numbers: readonly string[]) {
  if (numbers.length === 0) return;
  const list = { tenantId: tenant_id, isTest: is_test };
  const byKey = new Map(numbers.map((number) => [numberKey(number), number]));
  const entries = [...byKey.values()].map((phone_number) => ({ phone_number, reason: FORBIDDEN, expires_at: null }));
  const changed = await listImported(sql, { ...list, importId, isUpdate: false }, entries);
  if (changed.length > 0) await suppressListed(sql, list, changed);
}

interface Written {
  /** Ids of the leads that were added, by number. */
  readonly leadIds: ReadonlyMap<string, string>;
  /** Parts of a row that were not stored, beside what its record says. */
  readonly notes: ReadonlyMap<ContactRow, readonly string[]>;
}

/** Stores leads. A dry run only reports what would not be stored. */
async function write(
  sql: Sql,
  { tenant_id, campaign_id, options }: ClaimedImport,
  rows: readonly ContactRow[],
  verdicts: ReadonlyMap<string, Verdict>,
): Promise<Written> {
  const made = rows.filter(({ person }) => verdicts.get(person!)!.isMade);
  const updated = rows.filter(({ person }) => verdicts.get(person!)!.isUpdated);
  const { contact: fields } = DUPLICATE_TERMS[options.on_duplicate];
  const { updates, notes } = await updatesOf(sql, { campaignId: campaign_id!, rows: updated, fields });
  if (options.dry_run) return { leadIds: new Map(), notes };
  const newLeads = await toLeads(sql, made.map(contactOf));
  const added = await addLeads(sql, { campaignId: campaign_id!, tenantId: tenant_id, leads: newLeads });
  await updateLeads(sql, campaign_id!, await toLeads(sql, updates));
  return { leadIds: new Map(added.map(({ phone_number, id }) => [phone_number, id!])), notes };
}

async function toLeads(sql: Sql, contacts: readonly Contact[]): Promise<NewLead[]> {
  if (contacts.length === 0) return [];
  const areas = await areasOf(sql, contacts);
  return contacts.map((contact, index) => ({ ...contact, area_id: areas[index]! }));
}
