import { dialerJobStatusesExcept } from '#rules/attempt/dialer-job-status.js';
import { USUAL_PACES } from '#rules/route/route-pace.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * Time at which a dialer job may be placed. Jobs that are no longer queued have none. Jobs over a route without a pace
 * have none either, such as those of the test world.
 */
export interface Turn {
  readonly dialer_job_id: string;
  readonly wait_ms: number;
  /** True: the turn is reserved. False: the job asks again after `wait_ms`, when a turn may be free. */
  readonly is_reserved: boolean;
}

/** The installation's own route: the key of its turns, and its calls per second (null: unlimited). */
export interface OwnRoute {
  readonly name: string;
  readonly callsPerSecond: number | null;
}

/**
 * Turns are reserved this far ahead at most. The turn of a job that is withdrawn, or whose worker dies, is lost. The
 * route places no call during lost turns.
 */
const HORIZON_SECONDS = 2;

/** `is_new`: no turn of this route was ever reserved. */
export type RouteTurn = Turn & { readonly route: string; readonly is_new: boolean };

/**
 * Reserves turns for those of these dialer jobs that are queued, in one statement.
 *
 * 1. Number the jobs of each route by age, and lock the routes.
 * 2. Begin at the next free turn, or now. Grant the turns within the horizon.
 * 3. Move each route's next free turn past the granted ones.
 * 4. Postpone the checks of waiting jobs, so that the sweeper does not republish them before their turn.
 *
 * All times come from the clock of the database.
 */
export function reserveTurnsOfRoutes(
  sql: Sql,
  dialerJobIds: readonly string[],
  { name, callsPerSecond }: OwnRoute,
): Promise<RouteTurn[]> {
  const usual = JSON.stringify(USUAL_PACES);
  const seconds = [HORIZON_SECONDS, CHECK_AFTER_SECONDS, LEAST_MARGIN_SECONDS];
  return sql.run<RouteTurn>(RESERVE, [dialerJobIds, name, callsPerSecond, usual, ...seconds]);
}

/** Inserts these routes with a turn that is free now. A route that another worker has inserted stays. */
export async function beginPacing(sql: Sql, routes: readonly string[]): Promise<void> {
  await sql.run(BEGIN_PACING, [routes]);
}

const BEGIN_PACING = {
  name: 'begin-pacing',
  text: `INSERT INTO pacing (route, next_at) SELECT route, now() FROM unnest($1::text[]) AS route ORDER BY route
    ON CONFLICT DO NOTHING`,
};

/**
 * The sweeper checks a waiting job this long after its turn, in case its worker is gone. A check that is due less than
 * `LEAST_MARGIN_SECONDS` after the turn is moved; a later one stays.
 */
const CHECK_AFTER_SECONDS = 5;
const LEAST_MARGIN_SECONDS = 3;

/** A next turn beyond the horizon and one second was written before the clock was set back. It is ignored. */
const RESERVE = {
  name: 'reserve-turns',
  text: `
    WITH wish AS (
      SELECT j.id, route, pace, row_number() OVER (PARTITION BY route ORDER BY j.created_at, j.id) AS nth
      FROM dialer_jobs j
        CROSS JOIN LATERAL (SELECT k.telephony_account_id AS account_id FROM campaigns k WHERE k.id = j.campaign_id
          AND NOT k.is_test) k
        LEFT JOIN LATERAL (SELECT a.provider, a.calls_per_second FROM telephony_accounts a WHERE a.id = k.account_id) a
          ON true
        CROSS JOIN LATERAL (
          SELECT coalesce(k.account_id::text, $2) AS route,
            CASE WHEN k.account_id IS NULL THEN $3::int
              ELSE coalesce(a.calls_per_second, ($4::jsonb ->> a.provider)::int) END AS pace) l
      WHERE j.id = ANY($1::uuid[]) AND j.status NOT IN (${sqlList(dialerJobStatusesExcept('queued'))})
        AND pace IS NOT NULL
    ), locked AS (
      SELECT route, next_at FROM pacing WHERE route = ANY(ARRAY(SELECT route FROM wish)) ORDER BY route FOR UPDATE
    ), begins AS (
      SELECT route, CASE
        WHEN next_at BETWEEN clock_timestamp() AND clock_timestamp() + ($5::int + 1) * interval '1 second' THEN next_at
        ELSE clock_timestamp() END AS at FROM locked
    ), granted AS (
      SELECT b.route, b.at, w.pace,
        least(w.n, greatest(0,
          floor(($5::int - extract(epoch FROM b.at - clock_timestamp())) * w.pace) + 1))::int AS turns
      FROM begins b JOIN (SELECT route, min(pace) AS pace, count(*) AS n FROM wish GROUP BY route) w
        ON w.route = b.route
    ), moved AS (
      UPDATE pacing p SET next_at = g.at + g.turns * interval '1 second' / g.pace FROM granted g
        WHERE p.route = g.route AND g.turns > 0
    ), turn AS (
      SELECT w.id, w.route, coalesce(w.nth <= g.turns, false) AS is_reserved, g.route IS NULL AS is_new,
        g.at + (w.nth - 1) * interval '1 second' / g.pace
          - CASE WHEN w.nth <= g.turns THEN 0 ELSE $5::int END * interval '1 second' AS at
      FROM wish w LEFT JOIN granted g ON g.route = w.route
    ), waiting AS (
      SELECT j.id, turn.at FROM dialer_jobs j JOIN turn ON turn.id = j.id
      WHERE j.status = 'queued' AND turn.at + $7::int * interval '1 second' > j.check_at ORDER BY j.id
        FOR UPDATE OF j SKIP LOCKED
    ), postponed AS (
      UPDATE dialer_jobs j SET check_at = waiting.at + $6::int * interval '1 second' FROM waiting
        WHERE j.id = waiting.id
    )
    SELECT id AS dialer_job_id, route, is_reserved, is_new,
      greatest(0, coalesce(extract(epoch FROM at - clock_timestamp()) * 1000, 0))::float8 AS wait_ms FROM turn`,
};
