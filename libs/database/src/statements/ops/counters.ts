import { OPEN_LEAD_STATUSES } from '#rules/lead/lead-status.js';
import { CALLED_DIALER_JOB_STATUSES, LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { FAILED_CALL_STATUSES, LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import type { Sql } from '../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';
import { sqlList } from '../parts/sql-list.js';

/**
 * A counter of a campaign that differs from the number of rows. A tally is named by its subject and status, such as
 * `lead removed`.
 */
export interface CounterDifference {
  readonly campaign_id: string;
  readonly counter: string;
  readonly kept: number;
  readonly counted: number;
}

/** @param where a condition on `campaign_id`, or an empty text for all campaigns. */
function countedColumns(where: string): string {
  return `
    SELECT campaign_id, 'total_leads' AS counter, count(*)::numeric AS n FROM leads WHERE status <> 'removed' ${where}
      GROUP BY 1
    UNION ALL SELECT campaign_id, v.counter, v.n FROM (
      SELECT campaign_id, count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status IN (${sqlList(FAILED_CALL_STATUSES)})) AS failed,
        sum(duration_seconds) AS talk, sum(cost) AS cost
      FROM calls WHERE true ${where} GROUP BY 1) c
      CROSS JOIN LATERAL (VALUES ('calls_completed', c.completed::numeric), ('calls_failed', c.failed),
        ('talk_seconds', c.talk), ('total_cost', c.cost)) v (counter, n)
    UNION ALL SELECT campaign_id, 'slot_seconds', sum(extract(epoch FROM finished_at - created_at))
      FROM dialer_jobs WHERE status IN (${sqlList(CALLED_DIALER_JOB_STATUSES)}) ${where} GROUP BY 1`;
}

function countedTallies(where: string): string {
  return `
    SELECT campaign_id, 'lead ' || status AS counter, count(*)::numeric AS n FROM leads
      WHERE status NOT IN (${sqlList(OPEN_LEAD_STATUSES)}) ${where} GROUP BY campaign_id, status
    UNION ALL SELECT campaign_id, 'dialer_job ' || status, count(*) FROM dialer_jobs
      WHERE status NOT IN (${sqlList(LIVE_DIALER_JOB_STATUSES)}) ${where} GROUP BY campaign_id, status
    UNION ALL SELECT campaign_id, 'call ' || status, count(*) FROM calls
      WHERE status NOT IN (${sqlList(LIVE_CALL_STATUSES)}) ${where} GROUP BY campaign_id, status
    UNION ALL SELECT campaign_id, 'outcome ' || outcome, count(*) FROM calls
      WHERE outcome IS NOT NULL ${where} GROUP BY campaign_id, outcome`;
}

const KEPT_COLUMNS = `
    SELECT k.id AS campaign_id, v.counter, v.n FROM campaigns k CROSS JOIN LATERAL (VALUES
      ('total_leads', k.total_leads::numeric), ('calls_completed', k.calls_completed), ('calls_failed', k.calls_failed),
      ('talk_seconds', k.talk_seconds), ('total_cost', k.total_cost), ('slot_seconds', k.slot_seconds)) v (counter, n)`;

const KEPT_TALLIES = `SELECT campaign_id, subject || ' ' || status AS counter, n::numeric AS n FROM campaign_tallies`;

/** Each change rounds `slot_seconds` to a millisecond, so it may differ slightly from the sum. */
function differences({ kept, counted, where }: { kept: string; counted: string; where: string }): string {
  return `
    SELECT campaign_id, counter, coalesce(k.n, 0)::float8 AS kept, coalesce(c.n, 0)::float8 AS counted
    FROM (SELECT * FROM (${kept}) kept WHERE true ${where}) k
    FULL JOIN (${counted}) c USING (campaign_id, counter)
    WHERE abs(coalesce(k.n, 0) - coalesce(c.n, 0)) > CASE counter WHEN 'slot_seconds' THEN 1 + coalesce(c.n, 0) / 1000
      ELSE 0 END`;
}

const columnDifferences = (where: string) => differences({ kept: KEPT_COLUMNS, counted: countedColumns(where), where });

const tallyDifferences = (where: string) => differences({ kept: KEPT_TALLIES, counted: countedTallies(where), where });

/** Subqueries of the differences of all campaigns. */
export const COLUMN_DIFFERENCES = columnDifferences('');
export const TALLY_DIFFERENCES = tallyDifferences('');

/**
 * Lists wrong counters of one campaign or of all. One statement compares counters and rows of one instant. It runs in a
 * transaction, which it allows minutes.
 */
export async function counterDifferences(sql: Sql, campaignId: string | null): Promise<CounterDifference[]> {
  await allowMinutes(sql);
  return campaignId === null ? sql.run<CounterDifference>(OF_ALL) : sql.run<CounterDifference>(OF_ONE, [campaignId]);
}

const ONE = 'AND campaign_id = $1';

const OF_ALL = {
  name: 'counter-differences',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `${COLUMN_DIFFERENCES} UNION ALL ${TALLY_DIFFERENCES} ORDER BY 1, 2`,
};

const OF_ONE = {
  name: 'counter-differences-of-one',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `${columnDifferences(ONE)} UNION ALL ${tallyDifferences(ONE)} ORDER BY 1, 2`,
};

/**
 * Counts a campaign's rows and overwrites its counters. It runs under the campaign's lock, which every change of a
 * counter needs too. So the count is still right when it is written.
 */
export async function writeCounters(sql: Sql, campaignId: string): Promise<void> {
  await allowMinutes(sql);
  await sql.run(WRITE_COLUMNS, [campaignId]);
  await sql.run(WRITE_TALLIES, [campaignId]);
}

const WRITE_COLUMNS = {
  name: 'write-counter-columns',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    WITH counted AS (
      SELECT coalesce(jsonb_object_agg(counter, coalesce(n, 0)), '{}') AS n FROM (${countedColumns(ONE)}) c
    )
    UPDATE campaigns SET
      total_leads = coalesce((n ->> 'total_leads')::int, 0),
      calls_completed = coalesce((n ->> 'calls_completed')::int, 0),
      calls_failed = coalesce((n ->> 'calls_failed')::int, 0),
      talk_seconds = coalesce((n ->> 'talk_seconds')::bigint, 0),
      total_cost = coalesce((n ->> 'total_cost')::numeric, 0),
      slot_seconds = coalesce((n ->> 'slot_seconds')::numeric, 0)
    FROM counted WHERE id = $1`,
};

const WRITE_TALLIES = {
  name: 'write-tallies',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    WITH counted AS (
      SELECT campaign_id, split_part(counter, ' ', 1) AS subject, split_part(counter, ' ', 2) AS status, n
        FROM (${countedTallies(ONE)}) c
    ), unfounded AS (
      DELETE FROM campaign_tallies t WHERE campaign_id = $1
        AND NOT EXISTS (SELECT FROM counted c WHERE (c.subject, c.status) = (t.subject, t.status))
    )
    INSERT INTO campaign_tallies (campaign_id, subject, status, n) SELECT campaign_id, subject, status, n FROM counted
    ON CONFLICT (campaign_id, subject, status) DO UPDATE SET n = EXCLUDED.n`,
};
