import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { defaultCountryOf } from '#database/statements/access/default-country.js';
import { exportPerson } from '#database/statements/people/export-person.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import { Erasure, type ErasedPersonReport } from '#dialer/people/erasure.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import type { ErasureAnswer, PersonExport } from './person.dto.js';

@Injectable()
export class PersonService {
  constructor(
    private readonly database: Database,
    private readonly erasure: Erasure,
    private readonly hash: PersonHash,
  ) {}

  async erase(tenantId: string, text: string): Promise<ErasureAnswer> {
    const report: ErasedPersonReport = await this.erasure.erase(tenantId, await this.numberOf(tenantId, text));
    return { erased: report.erased, left_with_providers: [...report.left_with_providers] };
  }

  async export(tenantId: string, text: string): Promise<PersonExport> {
    const phoneNumber = await this.numberOf(tenantId, text);
    return this.database.transaction(async (sql) => {
      await lockNumbers(sql, [{ tenant_id: tenantId, phone_number: phoneNumber }]);
      const records = await exportPerson(sql, tenantId, phoneNumber);
      const { contacts, calls, consents, dnc_entry } = records;
      if (contacts.length + consents.length === 0 && !dnc_entry) throw new DomainError('person_not_found');
      const detail = { contacts: contacts.length, calls: calls.length, consents: consents.length };
      await recordAct(sql, tenantId, {
        action: 'person.export',
        subject: this.hash.hashOf(tenantId, phoneNumber),
        detail,
      });
      return { phone_number: phoneNumber, exported_at: new Date(), ...records } as PersonExport;
    });
  }

  private async numberOf(tenantId: string, text: string): Promise<string> {
    const country = await defaultCountryOf(this.database, tenantId);
    return requirePhoneNumber(text, { country, source: 'tenant' });
  }
}
