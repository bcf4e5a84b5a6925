import type { Sql } from '../sql.js';

/** A call that has ended. */
export interface EndedCall {
  readonly dialer_job_id: string;
  readonly phone_number: string;
  readonly provider_call_id: string | null;
  readonly placed_at: Date;
  readonly from_number: string | null;
  readonly telephony_account_id: string | null;
}

/** A call that nobody came to look at in this time is left as it is. */
const WINDOW_SECONDS = 600;

/**
 * Takes calls over an account (null: that of the environment) with a provider that ended some time ago and have no cost, oldest first, each once: what marks them is one of their events, since a
 * change of the call itself would want its campaign's lock.
 */
export function takeCallsWithoutCost(
  sql: Sql,
  { provider, accountId, afterSeconds, limit }: LateCalls,
): Promise<EndedCall[]> {
  return sql.run<EndedCall>(TAKE, [provider, afterSeconds, WINDOW_SECONDS, limit, accountId]);
}

export interface LateCalls {
  readonly provider: string;
  readonly accountId: string | null;
  readonly afterSeconds: number;
  readonly limit: number;
}

/** What marks a call that was taken. */
const LATE_LOOK = `'outdial:late_look'`;

const TAKE = {
  name: 'take-calls-without-cost',
  text: `
    WITH ended AS (
      SELECT c.id, c.tenant_id FROM calls c
      WHERE c.provider = $1 AND c.telephony_account_id IS NOT DISTINCT FROM $5::uuid AND c.cost IS NULL AND c.provider_call_id IS NOT NULL
        AND c.ended_at > now() - ($2::float8 + $3::float8) * interval '1 second' AND c.ended_at <= now() - $2::float8 * interval '1 second'
        AND NOT EXISTS (SELECT FROM call_events e WHERE e.call_id = c.id AND e.event_key = ${LATE_LOOK})
      ORDER BY c.ended_at LIMIT $4
    ), marked AS (
      INSERT INTO call_events (call_id, tenant_id, event_key, occurred_at)
      SELECT id, tenant_id, ${LATE_LOOK}, now() FROM ended ORDER BY id
      ON CONFLICT DO NOTHING RETURNING call_id
    )
    SELECT c.dialer_job_id, c.phone_number, c.provider_call_id, c.started_at AS placed_at, c.from_number, c.telephony_account_id
    FROM marked JOIN calls c ON c.id = marked.call_id`,
};

/** Tenants' accounts over which a call has ended lately that has no cost yet, and was not taken. */
export async function accountsWithoutCosts(sql: Sql, lastSeconds: number): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(ACCOUNTS, [lastSeconds + WINDOW_SECONDS]);
  return rows.map(({ id }) => id);
}

const ACCOUNTS = {
  name: 'accounts-without-costs',
  text: `
    SELECT DISTINCT c.telephony_account_id AS id FROM calls c
    WHERE c.telephony_account_id IS NOT NULL AND c.cost IS NULL AND c.provider_call_id IS NOT NULL
      AND c.ended_at > now() - $1 * interval '1 second'
      AND NOT EXISTS (SELECT FROM call_events e WHERE e.call_id = c.id AND e.event_key = ${LATE_LOOK}) ORDER BY 1`,
};
