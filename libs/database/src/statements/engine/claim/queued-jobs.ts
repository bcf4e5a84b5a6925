import type { Sql } from '../../../connection/sql.js';

/** Queued dialer jobs by campaign. */
export function countQueuedJobs(sql: Sql): Promise<{ campaign_id: string; n: number }[]> {
  return sql.run<{ campaign_id: string; n: number }>(COUNT);
}

const COUNT = {
  name: 'count-queued-jobs',
  text: `SELECT campaign_id, count(*)::int AS n FROM dialer_jobs WHERE status = 'queued' GROUP BY 1 ORDER BY 1`,
};

export interface QueuedJob {
  readonly dialer_job_id: string;
  readonly status: 'queued';
  readonly publishes: number;
  readonly lookups: number;
  readonly watched_ms: number;
  readonly now: Date;
}

/** Locks the next queued jobs after this id, in the order of their ids; null begins with the first. */
export function lockQueuedJobs(
  sql: Sql,
  { after, limit }: { after: string | null; limit: number },
): Promise<QueuedJob[]> {
  return sql.run<QueuedJob>(LOCK, [after, limit]);
}

const LOCK = {
  name: 'lock-queued-jobs',
  text: `
    SELECT id AS dialer_job_id, status, publishes, lookups, watched_ms, now() AS now FROM dialer_jobs
    WHERE status = 'queued' AND ($1::uuid IS NULL OR id > $1)
    ORDER BY id LIMIT $2 FOR UPDATE`,
};
