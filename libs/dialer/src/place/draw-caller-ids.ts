import type { Sql } from '#database/connection/sql.js';
import { callerIdWishes, lockCallerIdPool } from '#database/statements/engine/eligibility/caller-id-pool.js';
import type { Gate } from '#rules/gate/gate.js';
import { chooseCallerIds, numberlessReason } from '#rules/route/caller-id-choice.js';

/**
 * Draws a caller id from the pool for each of these jobs, all of one campaign, which the caller has locked.
 *
 * 1. Lock the numbers of the pool, so that two jobs do not use the last call of a cap. `lockCampaign` states the order
 *    of locks. A campaign without a pool ends here.
 * 2. Read which number each lead was called from before.
 * 3. Choose a number for each job, or the gate that is shut for jobs without one.
 * @returns null if the campaign has no pool.
 */
export async function drawCallerIds(sql: Sql, dialerJobIds: readonly string[]): Promise<DrawnCallerIds | null> {
  const pool = await lockCallerIdPool(sql, dialerJobIds);
  if (pool.length === 0) return null;
  const numbers = chooseCallerIds(await callerIdWishes(sql, dialerJobIds), pool);
  return { numbers, reason: numberlessReason(pool) };
}

export interface DrawnCallerIds {
  /** Number of each job; null: none is free. */
  readonly numbers: ReadonlyMap<string, string | null>;
  /** Gate that is shut for jobs without a number. */
  readonly reason: Gate;
}
