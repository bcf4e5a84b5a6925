import { FAULT_OUTCOMES } from '#rules/campaign/circuit-breaker.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';

/** Returns the number of a campaign's calls that were placed in the last seconds and are in progress. */
export async function callsInCall(sql: Sql, campaignId: string, lastSeconds: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(IN_CALL, [campaignId, lastSeconds]);
  return row?.n ?? 0;
}

const IN_CALL = {
  name: 'calls-in-progress',
  text: `
    SELECT count(*)::int AS n FROM dialer_jobs
    WHERE campaign_id = $1 AND status = 'active' AND dialing_at > now() - $2 * interval '1 second'`,
};

/** Returns how many of a campaign's calls found no such number, and how many reached a phone. */
export async function numbersTried(sql: Sql, campaignId: string): Promise<{ bad: number; reached: number }> {
  const [row] = await sql.run<{ bad: number; reached: number }>(NUMBERS_TRIED, [campaignId]);
  return row ?? { bad: 0, reached: 0 };
}

const NUMBERS_TRIED = {
  name: 'numbers-tried',
  text: `
    SELECT coalesce(sum(n) FILTER (WHERE status = 'bad_number'), 0)::int AS bad,
      coalesce(sum(n)
        FILTER (WHERE status NOT IN (${sqlList(['bad_number', ...FAULT_OUTCOMES])})), 0)::int AS reached
    FROM campaign_tallies WHERE campaign_id = $1 AND subject = 'outcome'`,
};

/** State of a campaign's circuit breaker. */
export interface BreakerState {
  readonly campaign_id: string;
  readonly attempts: number;
  readonly faults: number;
}

/** Stores the state of the circuit breakers of campaigns, locked by the caller. */
export async function setBreakers(sql: Sql, states: readonly BreakerState[]): Promise<void> {
  if (states.length > 0) await sql.run(SET_BREAKERS, [JSON.stringify(states)]);
}

const SET_BREAKERS = {
  name: 'set-breakers',
  text: `
    UPDATE campaigns k SET breaker_attempts = s.attempts, breaker_faults = s.faults
    FROM jsonb_to_recordset($1::jsonb) AS s (campaign_id uuid, attempts int, faults int) WHERE k.id = s.campaign_id`,
};
