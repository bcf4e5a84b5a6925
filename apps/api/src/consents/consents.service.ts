import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { Consent, type ConsentRow } from '#database/entities/consent.entity.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { defaultCountryOf } from '#database/statements/access/default-country.js';
import { lockCampaignsWith } from '#database/statements/people/dnc.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import { waitingCampaigns } from '#database/statements/engine/eligibility/waiting-campaigns.js';
import { addConsent } from '#dialer/people/add-consent.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { InvalidFields } from '#rules/errors/domain-error.js';
import { toWaitingCampaigns } from '../campaigns/dialing.dto.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import { offsetOf, type Page } from '../fields/page-query.js';
import type { AddConsentBody, ConsentAnswer, ConsentsQuery } from './consent.dto.js';

@Injectable()
export class ConsentsService {
  constructor(
    private readonly database: Database,
    private readonly hash: PersonHash,
  ) {}

  /** Adds a record. Every call that is committed after the answer goes by it. */
  async add(tenantId: string, body: AddConsentBody): Promise<ConsentAnswer> {
    validateDates(body, new Date());
    const phoneNumber = await this.numberOf(tenantId, body.phone_number);
    return this.database.transaction(async (sql) => {
      await lockNumbers(sql, [{ tenant_id: tenantId, phone_number: phoneNumber }]);
      await lockCampaignsWith(sql, tenantId, [phoneNumber]);
      const consent = await addConsent(sql, tenantId, {
        phone_number: phoneNumber,
        kind: body.kind ?? 'given',
        source: body.source,
        wording: body.wording ?? null,
        channel: body.channel,
        evidence_url: body.evidence_url ?? null,
        given_at: body.given_at ?? null,
        expires_at: body.expires_at ?? null,
      });
      const subject = this.hash.hashOf(tenantId, phoneNumber);
      const { id, kind } = consent;
      await recordAct(sql, tenantId, { action: 'consent.add', subject, detail: { consent_id: id, kind } });
      const waiting = await waitingCampaigns(sql, { tenantId, isTest: false }, phoneNumber);
      return { consent, ...toWaitingCampaigns(waiting) };
    });
  }

  /** Lists the records of a number, however it is written, newest first. */
  async list(tenantId: string, query: ConsentsQuery): Promise<Page<ConsentRow>> {
    const number_key = numberKey(await this.numberOf(tenantId, query.phone_number));
    const { page, page_size } = query;
    const [consents, total] = await this.database.transaction(({ manager }) =>
      manager.findAndCount(Consent, {
        where: { tenant_id: tenantId, number_key },
        order: { given_at: 'DESC', created_at: 'DESC' },
        take: page_size,
        skip: offsetOf(query),
      }),
    );
    return { items: consents.map(toRow), total, page, page_size };
  }

  private async numberOf(tenantId: string, text: string): Promise<string> {
    const country = await defaultCountryOf(this.database, tenantId);
    return requirePhoneNumber(text, { country, source: 'tenant' });
  }
}

function toRow({ tenant_id: _tenantId, number_key: _key, ...consent }: Consent): ConsentRow {
  return consent;
}

/** Checks dates. @throws InvalidFields for a consent that is given in the future, or ends before it is given. */
function validateDates({ given_at, expires_at }: AddConsentBody, now: Date): void {
  const givenAt = given_at ? new Date(given_at) : now;
  if (givenAt > now) throw new InvalidFields([{ field: 'given_at', message: 'must not lie in the future' }]);
  if (expires_at && new Date(expires_at) <= givenAt)
    throw new InvalidFields([{ field: 'expires_at', message: 'must be later than given_at' }]);
}
