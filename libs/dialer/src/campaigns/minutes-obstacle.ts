import type { Sql } from '#database/connection/sql.js';
import { spentMinutes } from '#database/statements/engine/place/minutes-budget.js';

/**
 * Finds the budget that keeps a campaign from running. The caller has locked both budgets.
 *
 * 1. Ask which budgets lack minutes for one call.
 * 2. Name the tenant's own first: the tenant can add minutes to it.
 *
 * The operator's model may also talk over a tenant's own account. The placing of the call checks that case.
 */
export async function minutesObstacle(sql: Sql, campaignId: string): Promise<MinutesObstacle> {
  const spent = await spentMinutes(sql, campaignId);
  if (spent?.is_spent) return 'budget_exhausted';
  return spent?.is_operators_spent ? 'operator_limit_reached' : null;
}

/** The budget that lacks minutes for one call of a campaign; null: none does. */
export type MinutesObstacle = 'budget_exhausted' | 'operator_limit_reached' | null;
