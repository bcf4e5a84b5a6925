import { numberKey } from '#rules/phone-number/number-key.js';
import type { Consent, ConsentChannel, ConsentKind } from '../../entities/consent.entity.js';
import type { Sql } from '../../connection/sql.js';

export type ConsentRow = Omit<Consent, 'tenant_id' | 'number_key'>;

export interface NewConsent {
  readonly phone_number: string;
  readonly kind: ConsentKind;
  readonly source: string;
  readonly wording: string | null;
  readonly channel: ConsentChannel;
  readonly evidence_url: string | null;
  /** ISO 8601. */
  readonly given_at: string | null;
  readonly expires_at: string | null;
}

const COLUMNS = `id, phone_number, kind, source, wording, channel, evidence_url, given_at, expires_at, created_at`;

/**
 * Adds a record, and puts leads that have waited for it up again. The number is held (`lockNumbers`), and the campaigns
 * that have it.
 */
export async function addConsent(sql: Sql, tenantId: string, consent: NewConsent): Promise<ConsentRow> {
  const number_key = numberKey(consent.phone_number);
  const [row] = await sql.run<ConsentRow>(ADD, [tenantId, JSON.stringify({ ...consent, number_key })]);
  if (consent.kind === 'given') await sql.run(RELEASE, [tenantId, number_key]);
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
    RETURNING ${COLUMNS}`,
};

const RELEASE = {
  name: 'release-consented',
  text: `
    UPDATE leads SET block_code = NULL, next_attempt_at = greatest(now(), retry_at)
    WHERE tenant_id = $1 AND number_key = $2 AND status IN ('pending', 'removed') AND block_code = 'no_consent'`,
};

/** The records of a number in any writing, newest first. */
export async function listConsents(
  sql: Sql,
  { tenantId, phoneNumber, limit, offset }: { tenantId: string; phoneNumber: string; limit: number; offset: number },
): Promise<{ items: ConsentRow[]; total: number }> {
  const key = numberKey(phoneNumber);
  const items = await sql.run<ConsentRow>(LIST, [tenantId, key, limit, offset]);
  const [count] = await sql.run<{ n: number }>(COUNT, [tenantId, key]);
  return { items, total: count?.n ?? 0 };
}

const LIST = {
  name: 'list-consents',
  text: `
    SELECT ${COLUMNS} FROM consents WHERE tenant_id = $1 AND number_key = $2
    ORDER BY given_at DESC, created_at DESC LIMIT $3 OFFSET $4`,
};

const COUNT = {
  name: 'count-consents',
  text: `SELECT count(*)::int AS n FROM consents WHERE tenant_id = $1 AND number_key = $2`,
};
