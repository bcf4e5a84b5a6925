import { numberKey } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../../connection/sql.js';

export interface TenantNumber {
  readonly tenant_id: string;
  readonly phone_number: string;
}

/**
 * Locks these numbers of tenants until the transaction ends. A transaction locks a number before it commits a call to
 * it, or commits that it may not be called. So every call that is committed later sees the ban.
 *
 * Numbers are locked before any other lock, and in one order, so that no two callers wait for each other. Two numbers
 * with one hash wait for each other needlessly, which does no harm.
 */
export async function lockNumbers(sql: Sql, numbers: readonly TenantNumber[]): Promise<void> {
  const keyed = numbers.map(({ tenant_id, phone_number }) => ({ tenant_id, number_key: numberKey(phone_number) }));
  if (keyed.length > 0) await sql.run(LOCK, [JSON.stringify(keyed)]);
}

/** SQL of the advisory lock of a tenant's number, from a row's `tenant_id` and `number_key`. */
export function numberLock(row: string): string {
  return `hashtextextended(${row}.tenant_id || ' ' || ${row}.number_key, 0)`;
}

const LOCK = {
  name: 'lock-numbers',
  text: `
    SELECT pg_advisory_xact_lock(lock) FROM (
      SELECT DISTINCT ${numberLock('n')} AS lock
      FROM jsonb_to_recordset($1::jsonb) AS n (tenant_id text, number_key text) ORDER BY 1) l`,
};
