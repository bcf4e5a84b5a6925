import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { CONTACT_FIELDS, guessMapping, recordReader, type Mapping, type TableRecord } from '#csv/mapping.js';
import type { Table, TableRow } from '#csv/open-table.js';
import type { Sql } from '#database/sql.js';
import { addLeads, type NewLead } from '#database/statements/add-leads.js';
import { holdErasures } from '#database/statements/erase-person.js';
import { judgePeople, type KnownPerson, type NamedPerson } from '#database/statements/imports/judge-people.js';
import type { JudgedRow, TakenImport } from '#database/statements/imports/run-import.js';
import { updateLeads } from '#database/statements/imports/update-leads.js';
import { lockCampaign } from '#database/statements/lock-campaign.js';
import { isTimeZone } from '#geography/time-zone.js';
import { dialingIn } from '#rules/dialing-time.js';
import type { RowVerdict } from '#rules/import-status.js';
import { toE164 } from '#rules/phone-number.js';
import { placesOf } from '../claim/calling-hours.js';
import { PersonHash } from '../people/person-hash.js';
import {
  ERASED,
  firstOfEach,
  judged,
  personIdOf,
  type ChosenMapping,
  type ImportLane,
  type LaneProblem,
  type ReadRow,
} from './import-lane.js';

type ContactRecord = TableRecord<(typeof CONTACT_FIELDS)[number]>;

interface ContactRow extends ReadRow {
  readonly record: ContactRecord;
}

/** Contacts of a campaign. */
@Injectable()
export class ContactLane implements ImportLane<ContactRow> {
  readonly isForgiving = false;
  readonly together = 2_000;

  constructor(private readonly hash: PersonHash) {}

  guessMapping(header: readonly string[]): Mapping {
    return guessMapping(header, CONTACT_FIELDS);
  }

  reader({ tenant_id, default_country }: TakenImport, { header }: Table, { mapping }: ChosenMapping) {
    const recordOf = recordReader(header, mapping, CONTACT_FIELDS);
    const read = ({ row, cells, fault }: TableRow): ContactRow => {
      const record = recordOf(cells);
      const number = record.phone_number === null ? null : toE164(record.phone_number, default_country);
      const invalid = fault ?? recordProblem(record, number);
      const personHash = invalid === null ? this.hash.of(tenant_id, number!) : null;
      return {
        row,
        record,
        value: record.phone_number,
        phone_number: number,
        person_hash: personHash,
        person: personHash && personIdOf(personHash),
        invalid,
      };
    };
    return { read };
  }

  async hold(sql: Sql, { tenant_id, campaign_id }: TakenImport): Promise<LaneProblem | null> {
    await holdErasures(sql, tenant_id);
    const campaign = await lockCampaign(sql, { campaignId: campaign_id!, tenantId: tenant_id });
    const { dials, detail } = dialingIn(campaign?.status ?? 'archived');
    return dials === 'never' ? { code: 'campaign_closed', message: detail! } : null;
  }

  async store(sql: Sql, taken: TakenImport, rows: readonly ContactRow[]): Promise<JudgedRow[]> {
    const { firsts, repeated } = firstOfEach(rows);
    const verdicts = await this.verdicts(sql, taken, firsts);
    const leadIds = taken.options.dry_run ? new Map<string, string>() : await write(sql, taken, firsts, verdicts);
    return rows.map((row) => {
      if (row.invalid !== null) return judged(row, 'invalid');
      if (repeated.has(row)) return judged(row, 'duplicate_in_file');
      const known = verdicts.get(row.person!)!;
      const leadId = known.isMade ? leadIds.get(row.phone_number!) : null;
      return judged(row, known.verdict, { leadId, ...(known.isErased ? { reason: ERASED } : {}) });
    });
  }

  private async verdicts(sql: Sql, taken: TakenImport, rows: readonly ContactRow[]): Promise<Map<string, Verdict>> {
    const scope = { importId: taken.id, tenantId: taken.tenant_id, campaignId: taken.campaign_id };
    const known = await judgePeople(sql, scope, rows as unknown as NamedPerson[]);
    return new Map(known.map((person) => [person.person, verdictOf(person, taken.options.on_duplicate)]));
  }
}

interface Verdict {
  readonly verdict: RowVerdict;
  readonly isErased: boolean;
  /** A lead is added or comes back. */
  readonly isMade: boolean;
}

function verdictOf(person: KnownPerson, onDuplicate: 'skip' | 'update'): Verdict {
  const { is_in_file, is_erased, is_listed, lead_id, lead_status } = person;
  const verdict = (name: RowVerdict, isMade = false) => ({ verdict: name, isErased: is_erased, isMade });
  if (is_in_file) return verdict('duplicate_in_file');
  if (is_erased) return verdict('suppressed');
  if (lead_id !== null && lead_status !== 'removed') {
    return verdict(onDuplicate === 'update' ? 'updated' : 'duplicate_existing');
  }
  if (is_listed) return verdict('suppressed', true);
  return verdict(lead_id === null ? 'created' : 'revived', true);
}

/** @returns the leads that were made, by number. */
async function write(
  sql: Sql,
  { tenant_id, campaign_id }: TakenImport,
  rows: readonly ContactRow[],
  verdicts: ReadonlyMap<string, Verdict>,
): Promise<Map<string, string>> {
  const made = rows.filter(({ person }) => verdicts.get(person!)!.isMade);
  const updated = rows.filter(({ person }) => verdicts.get(person!)!.verdict === 'updated');
  const [newLeads, knownLeads] = [await toLeads(sql, made), await toLeads(sql, updated)];
  const added = await addLeads(sql, { campaignId: campaign_id!, tenantId: tenant_id, leads: newLeads });
  await updateLeads(sql, campaign_id!, knownLeads);
  return new Map(added.map(({ phone_number, id }) => [phone_number, id!]));
}

async function toLeads(sql: Sql, rows: readonly ContactRow[]): Promise<NewLead[]> {
  if (rows.length === 0) return [];
  const contacts = rows.map(({ record, phone_number, person_hash }) => ({
    ...record,
    phone_number: phone_number!,
    person_hash: person_hash!,
  }));
  const places = await placesOf(sql, contacts);
  return contacts.map((contact, index) => ({ ...contact, place_id: places[index]! }));
}

const LONGEST_NAME = 100;
const LONGEST_EMAIL = 255;

/** The first thing that keeps a row from being a contact; the same rules as for one that is added by itself. */
function recordProblem(
  { phone_number, first_name, last_name, email, timezone }: ContactRecord,
  number: string | null,
): string | null {
  if (phone_number === null) return 'phone_number: is empty';
  if (number === null) return 'phone_number: is not a phone number';
  if (first_name !== null && first_name.length > LONGEST_NAME)
    return `first_name: is longer than ${LONGEST_NAME} characters`;
  if (last_name !== null && last_name.length > LONGEST_NAME)
    return `last_name: is longer than ${LONGEST_NAME} characters`;
  if (email !== null && (email.length > LONGEST_EMAIL || !isEmail(email))) return 'email: is not an email address';
  if (timezone !== null && !isTimeZone(timezone)) return 'timezone: is not an IANA time zone';
  return null;
}
