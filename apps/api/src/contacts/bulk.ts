import { foreignText } from '#runtime/foreign-text.js';
import type { AddedLead } from '#database/statements/leads/add-leads.js';
import { numberAdviser, sentenceOf, type NumberAdvice } from '#rules/phone-number/number-advice.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { InvalidFields, DOMAIN_ERRORS, type FieldError } from '#rules/errors/domain-error.js';
import { fieldsPipe } from '../fields/fields-pipe.js';
import { AddContactBody, BULK_STATUSES, type BulkAnswer, type BulkResult, type BulkStatus } from './contact.dto.js';
import { toNewLead, type UnplacedContact } from './new-lead.js';

/** Contact of a bulk before the database is asked: a lead to add, or a verdict. */
interface Judged {
  readonly lead: UnplacedContact | null;
  readonly verdict: { readonly status: 'invalid' | 'duplicate'; readonly detail: string } | null;
  /** Number of the earlier contact; only set for duplicates. */
  readonly number?: string;
}

const pipe = fieldsPipe();

/** Contacts as they were sent. */
export interface Bulk {
  readonly contacts: readonly unknown[];
  /** Numbers that parsing would change, by the index of their contact. */
  readonly changedNumbers: ReadonlyMap<number, FieldError>;
}

/** Judges each contact by itself. Of several with one number, in any writing, the first counts. */
export async function judgeBulk({ contacts, changedNumbers }: Bulk, defaultCountry: string | null): Promise<Judged[]> {
  const seen = new Map<string, number>();
  const country = defaultCountry;
  const terms = { country, advise: numberAdviser({ country, source: 'campaign' }) };
  const judged = await Promise.all(
    contacts.map(async (contact, index) => {
      const changed = changedNumbers.get(index);
      return changed ? rejected('invalid', foreignText(`${changed.field}: ${changed.message}`)) : judge(contact, terms);
    }),
  );
  return judged.map((one, index) => {
    if (!one.lead) return one;
    const number = one.lead.phone_number;
    const first = seen.get(numberKey(number));
    if (first !== undefined)
      return { ...rejected('duplicate', `the number stands earlier in this list, at index ${first}`), number };
    seen.set(numberKey(number), index);
    return one;
  });
}

interface NumberTerms {
  readonly country: string | null;
  readonly advise: (text: string) => NumberAdvice;
}

async function judge(contact: unknown, { country, advise }: NumberTerms): Promise<Judged> {
  try {
    const body = (await pipe.transform(contact, { type: 'body', metatype: AddContactBody })) as AddContactBody;
    const lead = toNewLead(body, country);
    return lead
      ? { lead, verdict: null }
      : rejected('invalid', `phone_number: ${sentenceOf(advise(body.phone_number))}`);
  } catch (error) {
    if (error instanceof InvalidFields) return rejected('invalid', foreignText(error.message));
    throw error;
  }
}

function rejected(status: 'invalid' | 'duplicate', detail: string): Judged {
  return { lead: null, verdict: { status, detail } };
}

/** Numbers of leads that were not added, since contacts of the campaign have them already. */
export function numbersNotAdded(judged: readonly Judged[], added: readonly AddedLead[]): string[] {
  const numbers = new Set(added.map(({ phone_number }) => phone_number));
  return judged.flatMap(({ lead }) => (lead && !numbers.has(lead.phone_number) ? lead.phone_number : []));
}

/**
 * Returns counts and verdicts. A lead that was not added was in the campaign already.
 * @param present contacts that the campaign had before, by the keys of their numbers.
 */
export function toBulkAnswer(
  judged: readonly Judged[],
  added: readonly AddedLead[],
  present: ReadonlyMap<string, string>,
): Omit<BulkAnswer, 'dialing'> {
  const byNumber = new Map(added.map((lead) => [lead.phone_number, lead]));
  const byKey = new Map(added.map((lead) => [numberKey(lead.phone_number), lead.id ?? undefined]));
  const contactOf = (number: string) => {
    const contact_id = byKey.get(numberKey(number)) ?? present.get(numberKey(number));
    return contact_id === undefined ? {} : { contact_id };
  };
  const results = judged.map(({ lead, verdict, number }, index): BulkResult => {
    if (verdict) return { index, ...verdict, ...(number === undefined ? {} : contactOf(number)) };
    const stored = lead && byNumber.get(lead.phone_number);
    if (!stored)
      return { index, status: 'duplicate', detail: DOMAIN_ERRORS.phone_exists, ...contactOf(lead!.phone_number) };
    if (stored.id === null) return { index, status: 'suppressed', detail: DOMAIN_ERRORS.person_erased };
    if (stored.is_suppressed) return { index, status: 'suppressed', contact_id: stored.id };
    return { index, status: stored.is_revived ? 'revived' : 'created', contact_id: stored.id };
  });
  const counts = BULK_STATUSES.map((status) => [status, results.filter((result) => result.status === status).length]);
  return { ...(Object.fromEntries(counts) as Record<BulkStatus, number>), results };
}
