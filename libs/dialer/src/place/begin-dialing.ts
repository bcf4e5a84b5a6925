import { failpoint } from '#config/failpoints.js';
import type { Sql } from '#database/connection/sql.js';
import { lockNumbersOfJobs } from '#database/statements/engine/locks/lock-calls.js';
import {
  insertCalls,
  lockForPlacing,
  undialedJobs,
  type DeclinedJob,
  type DialingJob,
} from '#database/statements/engine/place/begin-dialing.js';
import { lockBudgetsOfJobs } from '#database/statements/engine/place/minutes-budget.js';
import { OWN_ROUTE, type RouteKey } from '#database/statements/engine/place/route-key.js';
import { drawCallerIds, type DrawnCallerIds } from './draw-caller-ids.js';

/**
 * Commits queued jobs to be dialed. Runs in a transaction of its own, committed before the provider is asked.
 *
 * 1. Lock the numbers, then the budgets of the tenants that have one.
 * 2. Read the campaign FOR KEY SHARE and compare the dialing counter.
 * 3. Find the route, and draw caller ids from the pool.
 * 4. Ask the gates, insert the call, move the job from `queued` to `dialing`, count the attempt and reserve minutes.
 * 5. Say why the other jobs were declined. The caller declines them, since that needs the campaign's lock.
 *
 * Each lock and comparison prevents one fault:
 *
 * - Only one caller sees the job `queued`, however often the queue delivers it.
 * - A pause locks the campaign row FOR UPDATE. So it waits for this commit, or this transaction sees it.
 * - The unique index on live calls per tenant, number and world decides between two campaigns that call one person.
 * - A ban of a locked number is either seen by step 4, or waits for this commit.
 * - Locked budgets, operator's limits and caller ids let no more calls be placed than they allow.
 * - A lower dialing counter shows a backup that a pooler has put behind this connection: nothing is placed in it.
 *
 * @throws DatabaseRestoredError
 */
export async function beginDialing<Route extends DialingRoute>(
  sql: Sql,
  { dialerJobIds, deadlineMarginSeconds, leastCounter, ...terms }: BeginDialing<Route>,
): Promise<Beginnings<Route>> {
  await lockNumbersOfJobs(sql, dialerJobIds);
  const tenantIds = await lockBudgetsOfJobs(sql, dialerJobIds);
  const campaign = await lockForPlacing(sql, { dialerJobIds, leastCounter });
  if (campaign?.is_earlier) throw new DatabaseRestoredError('The dialing counter is lower than it was.');
  const route = await terms.route(campaign ?? OWN_ROUTE);
  const drawn = await drawCallerIds(sql, dialerJobIds);
  const { provider, createTimeoutSeconds, callerId, isRelayed = false } = route;
  const limits = { createTimeoutSeconds, deadlineMarginSeconds, tenantIds };
  const numbers = drawn?.numbers ?? null;
  const dialing = await insertCalls(sql, { dialerJobIds, provider, ...limits, callerId, numbers, isRelayed });
  const hasDeclined = dialing.length < dialerJobIds.length;
  const declined = hasDeclined ? await undialedJobs(sql, { dialerJobIds, ...numberless(drawn), isRelayed }) : [];
  await failpoint('place.begun');
  return { route, dialing, declined };
}

/** Returns the jobs for which no number was drawn, and the gate that is shut for them. */
function numberless(drawn: DrawnCallerIds | null) {
  const without = [...(drawn?.numbers ?? [])].filter(([, number]) => number === null);
  return { numberlessIds: without.map(([id]) => id), numberlessReason: drawn?.reason };
}

export interface BeginDialing<Route extends DialingRoute = DialingRoute> {
  /** Attempts of one campaign. */
  readonly dialerJobIds: readonly string[];
  /**
   * Finds the route of the campaign, by its telephony account and its world (null: the installation's own route). It is
   * called after the campaign is locked, and may use `sql` alone.
   */
  readonly route: (key: RouteKey) => Promise<Route>;
  /** Added to ring timeout and longest conversation; no call lasts beyond the sum. */
  readonly deadlineMarginSeconds: number;
  /** Highest dialing counter that this process knows. A lower one in the database means a restored backup. */
  readonly leastCounter: string;
}

/** The route that a campaign's calls go over. */
export interface DialingRoute {
  readonly provider: string;
  /** Caller id of calls that get none from their campaign or from a pool. Null: the provider shows its own. */
  readonly callerId: string | null;
  /** True: the provider streams the conversations of this route's calls to Outdial. */
  readonly isRelayed?: boolean;
  /** The sweeper checks the job after this long without an answer from the provider. */
  readonly createTimeoutSeconds: number;
}

export interface Beginnings<Route extends DialingRoute = DialingRoute> {
  /** Route of the campaign, as the caller has found it. */
  readonly route: Route;
  readonly dialing: readonly DialingJob[];
  readonly declined: readonly DeclinedJob[];
}

/** The database is an earlier state of the one that this process knows. Nothing was committed. */
export class DatabaseRestoredError extends Error {
  override readonly name = 'DatabaseRestoredError';
}
