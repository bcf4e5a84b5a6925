import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { DncRow } from '#database/entities/dnc-entry.entity.js';
import { defaultCountryOf } from '#database/statements/access/default-country.js';
import { findDncEntry, listDncEntries, type DncList } from '#database/statements/people/dnc.js';
import { waitingCampaigns } from '#database/statements/engine/eligibility/waiting-campaigns.js';
import { DoNotCall } from '#dialer/people/do-not-call.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { DOUBTS, readSuppressionEnd, type SuppressionEnd } from '#rules/lead/suppression-end.js';
import { isOneNumber, readListedNumbers, unplanned, unplannedNotes } from '#rules/phone-number/listed-numbers.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import { offsetOf, type Page } from '../fields/page-query.js';
import { toWaitingCampaigns } from '../campaigns/dialing.dto.js';
import type { AddDncBody, DncAddedAnswer, DncCheckAnswer, DncPageQuery, DncRemovedAnswer } from './dnc.dto.js';

@Injectable()
export class DncService {
  constructor(
    private readonly database: Database,
    private readonly doNotCall: DoNotCall,
    private readonly hash: PersonHash,
  ) {}

  async add(tenantId: string, { phone_number, reason, expires_at, is_test }: AddDncBody): Promise<DncAddedAnswer> {
    const list = { tenantId, isTest: is_test ?? false };
    const numbers = await this.listedNumbersOf(tenantId, phone_number);
    const end = endOf(expires_at ?? null, new Date());
    const expiresAt = end.endsAt?.toISOString() ?? null;
    const wanted = numbers.map(
      (number) => ({ phone_number: number, reason: reason ?? null, source: 'manual', expires_at: expiresAt }) as const,
    );
    const { entries, contacts_suppressed } = await this.doNotCall.add(list, wanted, {
      action: 'dnc.add',
      subject: this.hash.hashOf(tenantId, numbers[0]),
      detail: { expires_at: expiresAt, is_test: list.isTest },
    });
    const { is_new: _, ...added } = entries.find((entry) => numberKey(entry.phone_number) === numberKey(numbers[0]))!;
    const notes = [...(end.doubt ? [DOUBTS[end.doubt]] : []), ...unplannedNotes(unplanned(numbers))];
    return { entry: added, contacts_suppressed, note: notes.join('; ') || null };
  }

  async list(tenantId: string, query: DncPageQuery): Promise<Page<DncRow>> {
    const { page, page_size, is_test: isTest } = query;
    const shown = { tenantId, isTest, limit: page_size, offset: offsetOf(query) };
    const found = await this.database.transaction((tx) => listDncEntries(tx, shown));
    return { ...found, page, page_size };
  }

  async check(list: DncList, text: string): Promise<DncCheckAnswer> {
    const phoneNumber = await this.numberOf(list.tenantId, text);
    const entry = (await findDncEntry(this.database, { ...list, phoneNumber })) ?? null;
    return { phone_number: phoneNumber, is_listed: entry !== null, entry };
  }

  async remove(list: DncList, text: string): Promise<DncRemovedAnswer> {
    const { tenantId, isTest } = list;
    const number = await this.numberOf(tenantId, text);
    const subject = this.hash.hashOf(tenantId, number);
    const act = { action: 'dnc.remove', subject, detail: { is_test: isTest } } as const;
    const { was_listed, released } = await this.doNotCall.remove(list, number, act);
    if (!was_listed) throw new DomainError('dnc_entry_not_found');
    const waiting = await waitingCampaigns(this.database, list, number);
    return { contacts_released: released, ...toWaitingCampaigns(waiting) };
  }

  /**
   * Reads a number for the list. An extension or a spreadsheet's traces are accepted, unlike in a number to call.
   * @returns the number as it would be dialed, in its modern form; after it, the other numbers that may be meant.
   */
  private async listedNumbersOf(tenantId: string, text: string): Promise<[string, ...string[]]> {
    const country = await defaultCountryOf(this.database, tenantId);
    const { numbers, lost } = readListedNumbers(text, country);
    const [first = requirePhoneNumber(text, { country, source: 'tenant' }), ...others] = numbers;
    if (!isOneNumber(text, country, numbers) || (numbers.length > 0 && lost !== null))
      throw new InvalidFields([{ field: 'phone_number', message: 'names more than one number: send each by itself' }]);
    return [first, ...others];
  }

  private async numberOf(tenantId: string, text: string): Promise<string> {
    const country = await defaultCountryOf(this.database, tenantId);
    return requirePhoneNumber(text, { country, source: 'tenant' });
  }
}

/** Form of a time that a program has written, valid or not. */
const WRITTEN_BY_PROGRAMS = /^\d{4}-\d{2}-\d{2}T/;

/** Reads the end of an entry. @throws InvalidFields for an end that has passed, and for an invalid time. */
function endOf(text: string | null, now: Date): SuppressionEnd {
  const end = readSuppressionEnd(text);
  if (end.doubt === 'zero' || (end.endsAt && end.endsAt <= now))
    throw new InvalidFields([{ field: 'expires_at', message: 'must lie in the future' }]);
  if (end.doubt === 'unreadable' && WRITTEN_BY_PROGRAMS.test(text ?? ''))
    throw new InvalidFields([
      { field: 'expires_at', message: 'must be a time such as 2027-03-31T09:00:00+02:00, with its offset' },
    ]);
  return end;
}
