import { BLOCKABLE_LEAD_STATUSES } from '#rules/lead/lead-status.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { columnsOf } from '../../entities/columns.js';
import { CONSENT_HIDDEN_COLUMNS, Consent, type ConsentRow, type ConsentTerms } from '../../entities/consent.entity.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** A record to add. Its times are texts, ISO 8601; the database gives a record without `given_at` the present time. */
export type NewConsent = Readonly<Omit<ConsentTerms, 'given_at' | 'expires_at'>> & {
  readonly given_at: string | null;
  readonly expires_at: string | null;
};

/** Columns of a `ConsentRow`. */
export const CONSENT_COLUMNS = columnsOf(Consent, CONSENT_HIDDEN_COLUMNS).join(', ');

/** Inserts a record. Written by hand: the database's clock says when it is given, as it does for an opt-out. */
export async function insertConsent(sql: Sql, tenantId: string, consent: NewConsent): Promise<ConsentRow> {
  const number_key = numberKey(consent.phone_number);
  const [row] = await sql.run<ConsentRow>(ADD, [tenantId, JSON.stringify({ ...consent, number_key })]);
  return row!;
}

const ADD = {
  name: 'add-consent',
  text: `
    INSERT INTO consents (tenant_id, phone_number, number_key, kind, source, wording, channel, evidence_url, given_at,
      expires_at)
    SELECT $1, phone_number, number_key, kind, source, wording, channel, evidence_url, coalesce(given_at, now()),
      expires_at
    FROM jsonb_to_record($2::jsonb) AS n (phone_number text, number_key text, kind text, source text, wording text,
      channel text, evidence_url text,
      given_at timestamptz, expires_at timestamptz)
    RETURNING ${CONSENT_COLUMNS}`,
};

/** Makes leads with a number due that have waited for a consent. */
export async function releaseConsented(sql: Sql, tenantId: string, phoneNumber: string): Promise<void> {
  await sql.run(RELEASE, [tenantId, numberKey(phoneNumber)]);
}

const RELEASE = {
  name: 'release-consented',
  text: `
    UPDATE leads SET block_code = NULL, next_attempt_at = greatest(now(), retry_at)
    WHERE tenant_id = $1 AND number_key = $2 AND status IN (${sqlList(BLOCKABLE_LEAD_STATUSES)})
      AND block_code = 'no_consent'`,
};
