import { Injectable } from '@nestjs/common';
import { Database } from '#database/database.js';
import { defaultCountryOf } from '#database/statements/default-country.js';
import { findDncEntry, listDncEntries, type DncRow } from '#database/statements/dnc.js';
import { DoNotCall } from '#dialer/campaigns/do-not-call.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { InvalidFields, Refusal } from '#rules/refusal.js';
import { requirePhoneNumber } from '../http/phone-field.js';
import { offsetOf, type Page, type PageQuery } from '../http/page-query.js';
import type { AddDncBody, DncAddedAnswer, DncCheckAnswer } from './dnc.dto.js';

@Injectable()
export class DncService {
  constructor(
    private readonly database: Database,
    private readonly doNotCall: DoNotCall,
    private readonly hash: PersonHash,
  ) {}

  async add(tenantId: string, { phone_number, reason, expires_at }: AddDncBody): Promise<DncAddedAnswer> {
    const number = await this.numberOf(tenantId, phone_number);
    if (expires_at && new Date(expires_at) <= new Date())
      throw new InvalidFields([{ field: 'expires_at', message: 'must lie in the future' }]);
    const entry = {
      phone_number: number,
      reason: reason ?? null,
      source: 'manual',
      expires_at: expires_at ?? null,
    } as const;
    const { entries, contacts_suppressed } = await this.doNotCall.add(tenantId, [entry], {
      action: 'dnc.add',
      subject: this.hash.of(tenantId, number),
      detail: { expires_at: entry.expires_at },
    });
    const { is_new: _, ...added } = entries[0]!;
    return { entry: added, contacts_suppressed };
  }

  async list(tenantId: string, query: PageQuery): Promise<Page<DncRow>> {
    const { page, page_size } = query;
    const found = await listDncEntries(this.database, { tenantId, limit: page_size, offset: offsetOf(query) });
    return { ...found, page, page_size };
  }

  async check(tenantId: string, text: string): Promise<DncCheckAnswer> {
    const phoneNumber = await this.numberOf(tenantId, text);
    const entry = (await findDncEntry(this.database, { tenantId, phoneNumber })) ?? null;
    return { phone_number: phoneNumber, is_listed: entry !== null, entry };
  }

  async remove(tenantId: string, text: string): Promise<{ contacts_released: number }> {
    const number = await this.numberOf(tenantId, text);
    const act = { action: 'dnc.remove', subject: this.hash.of(tenantId, number) } as const;
    const { was_listed, released } = await this.doNotCall.remove(tenantId, number, act);
    if (!was_listed) throw new Refusal('dnc_entry_not_found');
    return { contacts_released: released };
  }

  private async numberOf(tenantId: string, text: string): Promise<string> {
    return requirePhoneNumber(text, await defaultCountryOf(this.database, tenantId));
  }
}
