import { dialerJobStatusesExcept } from '#rules/attempt/dialer-job-status.js';
import { USUAL_PACES } from '#rules/route/route-pace.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * When a dialer job may be placed; of one that is not to be dialed any more, or over a route that is not paced, as that
 * of the test world, there is none.
 */
export interface Turn {
  readonly dialer_job_id: string;
  readonly wait_ms: number;
  /** It has that turn; else it has to ask again then, when one may be free. */
  readonly is_taken: boolean;
}

/**
 * The route of the environment: what its turns are kept under, and its calls per second (null: as many as there are).
 */
export interface OwnRoute {
  readonly name: string;
  readonly callsPerSecond: number | null;
}

/**
 * Turns are given for so long ahead and no longer: a turn whose job is withdrawn, or whose worker dies, is lost, and
 * the route would stand still for as long as there were such turns.
 */
const HORIZON_SECONDS = 2;

/**
 * Takes turns for queued dialer jobs, of any campaigns: over each route one every 1/n s, by the database's clock,
 * whoever asks. Jobs that have to wait are not published again before their turn.
 */
export async function reserveTurns(
  sql: Sql,
  { dialerJobIds, own }: { dialerJobIds: readonly string[]; own: OwnRoute },
): Promise<Turn[]> {
  const turns = await reserve(sql, dialerJobIds, own);
  const first = turns.filter(({ is_new }) => is_new);
  if (first.length === 0) return turns;
  await sql.run(BEGIN_PACING, [[...new Set(first.map(({ route }) => route))]]);
  const firstIds = first.map(({ dialer_job_id }) => dialer_job_id);
  return [...turns.filter(({ is_new }) => !is_new), ...(await reserve(sql, firstIds, own))];
}

/** `is_new`: nobody has ever taken a turn of this route. */
type RouteTurn = Turn & { readonly route: string; readonly is_new: boolean };

function reserve(sql: Sql, dialerJobIds: readonly string[], { name, callsPerSecond }: OwnRoute): Promise<RouteTurn[]> {
  const usual = JSON.stringify(USUAL_PACES);
  const seconds = [HORIZON_SECONDS, CHECK_AFTER_SECONDS, LEAST_MARGIN_SECONDS];
  return sql.run<RouteTurn>(RESERVE, [dialerJobIds, name, callsPerSecond, usual, ...seconds]);
}

const BEGIN_PACING = {
  name: 'begin-pacing',
  text: `INSERT INTO pacing (route, next_at) SELECT route, now() FROM unnest($1::text[]) AS route ORDER BY route ON CONFLICT DO NOTHING`,
};

/**
 * A job that waits is looked at this long after its turn, should its worker be gone; where that was so already, by and
 * large, it stays.
 */
const CHECK_AFTER_SECONDS = 5;
const LEAST_MARGIN_SECONDS = 3;

/**
 * No pace gives a turn further ahead than the horizon and a second: what is beyond that was written before the clock
 * was set back.
 */
const RESERVE = {
  name: 'take-turns',
  text: `
    WITH wish AS (
      SELECT j.id, route, pace, row_number() OVER (PARTITION BY route ORDER BY j.created_at, j.id) AS place
      FROM dialer_jobs j
        CROSS JOIN LATERAL (SELECT k.telephony_account_id AS account_id FROM campaigns k WHERE k.id = j.campaign_id
          AND NOT k.is_test) k
        LEFT JOIN LATERAL (SELECT a.provider, a.calls_per_second FROM telephony_accounts a WHERE a.id = k.account_id) a ON true
        CROSS JOIN LATERAL (
          SELECT coalesce(k.account_id::text, $2) AS route,
            CASE WHEN k.account_id IS NULL THEN $3::int ELSE coalesce(a.calls_per_second, ($4::jsonb ->> a.provider)::int) END AS pace) l
      WHERE j.id = ANY($1::uuid[]) AND j.status NOT IN (${sqlList(dialerJobStatusesExcept('queued'))})
        AND pace IS NOT NULL
    ), held AS (
      SELECT route, next_at FROM pacing WHERE route = ANY(ARRAY(SELECT route FROM wish)) ORDER BY route FOR UPDATE
    ), begins AS (
      SELECT route, CASE WHEN next_at BETWEEN clock_timestamp() AND clock_timestamp() + ($5::int + 1) * interval '1 second' THEN next_at
        ELSE clock_timestamp() END AS at FROM held
    ), granted AS (
      SELECT b.route, b.at, w.pace,
        least(w.n, greatest(0, floor(($5::int - extract(epoch FROM b.at - clock_timestamp())) * w.pace) + 1))::int AS turns
      FROM begins b JOIN (SELECT route, min(pace) AS pace, count(*) AS n FROM wish GROUP BY route) w ON w.route = b.route
    ), moved AS (
      UPDATE pacing p SET next_at = g.at + g.turns * interval '1 second' / g.pace FROM granted g WHERE p.route = g.route AND g.turns > 0
    ), turn AS (
      SELECT w.id, w.route, coalesce(w.place <= g.turns, false) AS is_taken, g.route IS NULL AS is_new,
        g.at + (w.place - 1) * interval '1 second' / g.pace - CASE WHEN w.place <= g.turns THEN 0 ELSE $5::int END * interval '1 second' AS at
      FROM wish w LEFT JOIN granted g ON g.route = w.route
    ), waiting AS (
      SELECT j.id, turn.at FROM dialer_jobs j JOIN turn ON turn.id = j.id
      WHERE j.status = 'queued' AND turn.at + $7::int * interval '1 second' > j.check_at ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
    ), postponed AS (
      UPDATE dialer_jobs j SET check_at = waiting.at + $6::int * interval '1 second' FROM waiting WHERE j.id = waiting.id
    )
    SELECT id AS dialer_job_id, route, is_taken, is_new,
      greatest(0, coalesce(extract(epoch FROM at - clock_timestamp()) * 1000, 0))::float8 AS wait_ms FROM turn`,
};
