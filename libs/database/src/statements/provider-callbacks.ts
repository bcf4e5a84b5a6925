import type { Sql } from '../sql.js';

export interface UnusableCallback {
  readonly provider: string;
  readonly dialerJobId: string;
  readonly body: string;
  readonly problem: string;
}

/** Keeps what a provider told us and we could not apply. */
export async function keepCallback(sql: Sql, callback: UnusableCallback): Promise<void> {
  const { provider, dialerJobId, body, problem } = callback;
  await sql.run(KEEP, [provider, dialerJobId, body, problem]);
}

const KEEP = {
  name: 'keep-provider-callback',
  text: `
    INSERT INTO provider_callbacks (provider, dialer_job_id, body, problem)
    VALUES ($1, left($2, 255), left($3, 65536), left($4, 255))`,
};

export interface KeptCallback {
  readonly id: string;
  readonly received_at: Date;
  readonly provider: string;
  readonly dialer_job_id: string;
  readonly body: string;
  readonly problem: string;
}

/** The latest ones, newest first. */
export function keptCallbacks(sql: Sql, limit: number): Promise<KeptCallback[]> {
  return sql.run<KeptCallback>(LIST, [limit]);
}

const LIST = {
  name: 'list-provider-callbacks',
  text: `
    SELECT id, received_at, provider, dialer_job_id, body, problem FROM provider_callbacks
    ORDER BY received_at DESC LIMIT $1`,
};

const CALLBACK_DAYS = 30;

/** Deletes the oldest of those that have been kept for long enough, at most `limit`. @returns how many. */
export async function dropOldCallbacks(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP, [limit, CALLBACK_DAYS]);
  return row?.n ?? 0;
}

const DROP = {
  name: 'drop-old-provider-callbacks',
  text: `
    WITH gone AS (
      DELETE FROM provider_callbacks WHERE id IN (
        SELECT id FROM provider_callbacks WHERE received_at < now() - $2 * interval '1 day'
        ORDER BY received_at LIMIT $1) RETURNING 1)
    SELECT count(*)::int AS n FROM gone`,
};
