import type { Sql } from '../sql.js';

export interface TenantNumber {
  readonly tenant_id: string;
  readonly phone_number: string;
}

/**
 * Waits until nobody else decides about these numbers, and keeps them until the transaction ends. Whoever commits a
 * call to a number, or that it may not be called, holds it first: what has answered is seen by every call that is
 * committed after.
 *
 * Taken before any other lock, and in one order, so that two callers cannot wait for each other. Two numbers that share
 * a hash wait for each other needlessly, which does no harm.
 */
export async function lockNumbers(sql: Sql, numbers: readonly TenantNumber[]): Promise<void> {
  if (numbers.length > 0) await sql.run(LOCK, [JSON.stringify(numbers)]);
}

/** A number of a tenant, as a key of an advisory lock, in terms of a row's `tenant_id` and `phone_number`. */
export const NUMBER_KEY = `hashtextextended(tenant_id || ' ' || phone_number, 0)`;

const LOCK = {
  name: 'lock-numbers',
  text: `
    SELECT pg_advisory_xact_lock(key) FROM (
      SELECT DISTINCT ${NUMBER_KEY} AS key
      FROM jsonb_to_recordset($1::jsonb) AS n (tenant_id text, phone_number text) ORDER BY 1) k`,
};
