import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '#database/connection/database.js';
import { AuditRecord } from '#database/entities/audit-record.entity.js';
import { defaultCountryOf } from '#database/statements/access/default-country.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { InvalidFields } from '#rules/errors/domain-error.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import { offsetOf, type Page } from '../fields/page-query.js';
import type { AuditQuery, AuditRecordView } from './audit.dto.js';

@Injectable()
export class AuditService {
  constructor(
    private readonly database: Database,
    private readonly hash: PersonHash,
  ) {}

  /** Lists the records of a tenant, newest first. */
  async list(tenantId: string, query: AuditQuery): Promise<Page<AuditRecordView>> {
    const { page, page_size, action } = query;
    const subjectIds = await this.subjectsOf(tenantId, query);
    const where = {
      tenant_id: tenantId,
      ...(action !== undefined && { action }),
      ...(subjectIds !== null && { subject_id: In(subjectIds) }),
    };
    const paging = { order: { seq: 'DESC' }, take: page_size, skip: offsetOf(query) } as const;
    const [records, total] = await this.database.transaction(({ manager }) =>
      manager.findAndCount(AuditRecord, { where, ...paging }),
    );
    return { items: records.map(toView), total, page, page_size };
  }

  /** Returns the ids under which a subject is recorded. A person has several: versions hashed numbers differently. */
  private async subjectsOf(tenantId: string, { subject_id, phone_number }: AuditQuery): Promise<string[] | null> {
    if (phone_number === undefined) return subject_id === undefined ? null : [subject_id];
    if (subject_id !== undefined)
      throw new InvalidFields([{ field: 'phone_number', message: 'must not be given together with subject_id' }]);
    const country = await defaultCountryOf(this.database, tenantId);
    const phoneNumber = requirePhoneNumber(phone_number, { country, source: 'tenant' });
    return this.hash.allOf(tenantId, phoneNumber);
  }
}

function toView({
  tenant_id: _tenantId,
  previous_hash: _previous,
  seq,
  hash,
  ...record
}: AuditRecord): AuditRecordView {
  return { ...record, seq: Number(seq), hash: hash.toString('hex') };
}
