import type { Sql } from '#database/connection/sql.js';
import type { ConsentRow } from '#database/entities/consent.entity.js';
import { insertConsent, releaseConsented, type NewConsent } from '#database/statements/people/consents.js';

/**
 * Adds a record of a consent, or of its revocation. The caller has locked the number (`lockNumbers`) and its campaigns.
 *
 * 1. Insert the record.
 * 2. If the person has consented, release the leads that have waited for it.
 */
export async function addConsent(sql: Sql, tenantId: string, consent: NewConsent): Promise<ConsentRow> {
  const added = await insertConsent(sql, tenantId, consent);
  if (consent.kind === 'given') await releaseConsented(sql, tenantId, consent.phone_number);
  return added;
}
