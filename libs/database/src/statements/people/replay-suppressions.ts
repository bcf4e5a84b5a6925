import { numberKey } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../connection/sql.js';

/** Keeps the tenants that the database has. */
export async function knownTenants(sql: Sql, tenantIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql.run<{ id: string }>(TENANTS, [tenantIds]);
  return new Set(rows.map(({ id }) => id));
}

const TENANTS = { name: 'known-tenants', text: `SELECT id FROM tenants WHERE id = ANY($1::text[])` };

export interface StandingEntry {
  readonly phone_number: string;
  readonly source: string;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

/** Entries of a tenant's list, tests apart, for these numbers, expired ones too. */
export function standingEntries(sql: Sql, tenantId: string, numbers: readonly string[]): Promise<StandingEntry[]> {
  return sql.run<StandingEntry>(ENTRIES, [tenantId, numbers.map(numberKey)]);
}

const ENTRIES = {
  name: 'standing-dnc-entries',
  text: `
    SELECT phone_number, source, expires_at, created_at FROM dnc_entries WHERE tenant_id = $1
      AND number_key = ANY($2::text[]) AND NOT is_test`,
};

/** Keys of a tenant's numbers that are stored anywhere, in order, after `after`. */
export async function numbersOfTenant(
  sql: Sql,
  { tenantId, after, limit }: { tenantId: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await sql.run<{ number_key: string }>(NUMBERS, [tenantId, after, limit]);
  return rows.map(({ number_key }) => number_key);
}

const someOf = (table: string) => `
  (SELECT DISTINCT number_key FROM ${table} WHERE tenant_id = $1 AND number_key > $2 ORDER BY number_key LIMIT $3)`;

const NUMBERS = {
  name: 'numbers-of-tenant',
  text: `${someOf('leads')} UNION ${someOf('dnc_entries')} UNION ${someOf('consents')} ORDER BY number_key LIMIT $3`,
  timeoutMs: 300_000,
};

/** Remembers people who were erased and of whom nothing is stored, so that nobody stores them again. */
export async function rememberErased(sql: Sql, tenantId: string, hashes: readonly string[]): Promise<void> {
  await sql.run(REMEMBER, [tenantId, hashes]);
}

const REMEMBER = {
  name: 'remember-erased-hashes',
  text: `
    INSERT INTO erased_people (tenant_id, person_hash)
    SELECT $1, decode(h, 'hex') FROM unnest($2::text[]) h ON CONFLICT DO NOTHING`,
};

/** True where the number's consent was revoked then or later. */
export async function isConsentRevoked(
  sql: Sql,
  { tenantId, phoneNumber, at }: { tenantId: string; phoneNumber: string; at: Date },
): Promise<boolean> {
  return (await sql.run(IS_REVOKED, [tenantId, numberKey(phoneNumber), at])).length > 0;
}

const IS_REVOKED = {
  name: 'is-consent-revoked',
  text: `
    SELECT FROM consents WHERE tenant_id = $1 AND number_key = $2 AND kind = 'revoked'
      AND given_at >= $3::timestamptz LIMIT 1`,
};
