import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { listAuditRows, type AuditRow } from '#database/statements/audit/audit-log.js';
import { defaultCountryOf } from '#database/statements/access/default-country.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { InvalidFields } from '#rules/errors/domain-error.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import { offsetOf, type Page } from '../fields/page-query.js';
import type { AuditQuery } from './audit.dto.js';

@Injectable()
export class AuditService {
  constructor(
    private readonly database: Database,
    private readonly hash: PersonHash,
  ) {}

  async list(tenantId: string, query: AuditQuery): Promise<Page<AuditRow>> {
    const { page, page_size } = query;
    const filter = { tenantId, action: query.action ?? null, subjectIds: await this.subjectsOf(tenantId, query) };
    const found = await listAuditRows(this.database, { ...filter, limit: page_size, offset: offsetOf(query) });
    return { ...found, page, page_size };
  }

  /** A person is written down by the keyed hash of their number; earlier versions hashed it as it was written. */
  private async subjectsOf(tenantId: string, { subject_id, phone_number }: AuditQuery): Promise<string[] | null> {
    if (phone_number === undefined) return subject_id === undefined ? null : [subject_id];
    if (subject_id !== undefined)
      throw new InvalidFields([{ field: 'phone_number', message: 'must not be given together with subject_id' }]);
    const country = await defaultCountryOf(this.database, tenantId);
    const phoneNumber = requirePhoneNumber(phone_number, { country, source: 'tenant' });
    return this.hash.allOf(tenantId, phoneNumber);
  }
}
