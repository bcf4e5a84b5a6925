import { foreignText } from '#config/foreign-text.js';
import type { AddedLead } from '#database/statements/add-leads.js';
import { numberKey } from '#rules/number-key.js';
import { InvalidFields, REFUSALS, type FieldError } from '#rules/refusal.js';
import { fieldsPipe } from '../http/fields-pipe.js';
import { notANumber } from '../http/phone-field.js';
import { AddContactBody, BULK_STATUSES, type BulkAnswer, type BulkResult, type BulkStatus } from './contact.dto.js';
import { toNewLead, type UnplacedContact } from './new-lead.js';

/** What a contact of a bulk is worth before the database is asked: a lead to add, or a verdict. */
interface Judged {
  readonly lead: UnplacedContact | null;
  readonly verdict: { readonly status: 'invalid' | 'duplicate'; readonly detail: string } | null;
}

const pipe = fieldsPipe();

/** Contacts as they were sent. */
export interface Bulk {
  readonly contacts: readonly unknown[];
  /** A number of a contact that would be changed, by the contact's place. */
  readonly changedNumbers: ReadonlyMap<number, FieldError>;
}

/** Judges each contact by itself; the first of several with one number, in whatever writing, is the one that counts. */
export async function judgeBulk({ contacts, changedNumbers }: Bulk, defaultCountry: string | null): Promise<Judged[]> {
  const seen = new Set<string>();
  const judged = await Promise.all(
    contacts.map(async (contact, index) => {
      const changed = changedNumbers.get(index);
      return changed
        ? rejected('invalid', foreignText(`${changed.field}: ${changed.message}`))
        : judge(contact, defaultCountry);
    }),
  );
  return judged.map((one) => {
    if (!one.lead) return one;
    const key = numberKey(one.lead.phone_number);
    if (seen.has(key)) return rejected('duplicate', 'the number stands earlier in this list');
    seen.add(key);
    return one;
  });
}

async function judge(contact: unknown, defaultCountry: string | null): Promise<Judged> {
  try {
    const body = (await pipe.transform(contact, { type: 'body', metatype: AddContactBody })) as AddContactBody;
    const lead = toNewLead(body, defaultCountry);
    return lead ? { lead, verdict: null } : rejected('invalid', `phone_number: ${notANumber(defaultCountry)}`);
  } catch (error) {
    if (error instanceof InvalidFields) return rejected('invalid', foreignText(error.message));
    throw error;
  }
}

function rejected(status: 'invalid' | 'duplicate', detail: string): Judged {
  return { lead: null, verdict: { status, detail } };
}

/** Counts and verdicts; a lead that was not added was in the campaign already. */
export function toBulkAnswer(judged: readonly Judged[], added: readonly AddedLead[]): Omit<BulkAnswer, 'dialing'> {
  const byNumber = new Map(added.map((lead) => [lead.phone_number, lead]));
  const results = judged.map(({ lead, verdict }, index): BulkResult => {
    if (verdict) return { index, ...verdict };
    const stored = lead && byNumber.get(lead.phone_number);
    if (!stored) return { index, status: 'duplicate', detail: 'Phone already exists' };
    if (stored.id === null) return { index, status: 'suppressed', detail: REFUSALS.person_erased };
    if (stored.is_suppressed) return { index, status: 'suppressed', contact_id: stored.id };
    return { index, status: stored.is_revived ? 'revived' : 'created', contact_id: stored.id };
  });
  const counts = BULK_STATUSES.map((status) => [status, results.filter((result) => result.status === status).length]);
  return { ...(Object.fromEntries(counts) as Record<BulkStatus, number>), results };
}
