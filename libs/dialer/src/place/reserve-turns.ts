import type { Sql } from '#database/connection/sql.js';
import {
  beginPacing,
  reserveTurnsOfRoutes,
  type OwnRoute,
  type Turn,
} from '#database/statements/engine/place/reserve-turns.js';

/**
 * Reserves turns for queued dialer jobs of any campaigns. A route of n calls per second has one each 1/n s.
 *
 * 1. Reserve turns of the routes that have had one before.
 * 2. Insert a row for each route that has never had a turn. Most calls end before this step.
 * 3. Reserve turns of those routes.
 */
export async function reserveTurns(
  sql: Sql,
  { dialerJobIds, own }: { dialerJobIds: readonly string[]; own: OwnRoute },
): Promise<Turn[]> {
  const turns = await reserveTurnsOfRoutes(sql, dialerJobIds, own);
  const first = turns.filter(({ is_new }) => is_new);
  if (first.length === 0) return turns;
  await beginPacing(sql, [...new Set(first.map(({ route }) => route))]);
  const firstIds = first.map(({ dialer_job_id }) => dialer_job_id);
  return [...turns.filter(({ is_new }) => !is_new), ...(await reserveTurnsOfRoutes(sql, firstIds, own))];
}
