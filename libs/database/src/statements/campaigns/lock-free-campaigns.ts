import type { Sql } from '../../connection/sql.js';
import { HAS_BUDGET } from '../engine/place/minutes-budget.js';

export interface FreeJobs {
  /** Jobs whose campaigns are now locked, and the budgets of their tenants where the job may be charged. */
  readonly jobIds: readonly string[];
  /** Tenants whose budgets are now locked. */
  readonly budgets: readonly string[];
}

/**
 * Locks those campaigns of these dialer jobs that no other transaction has locked. Of the jobs that may be charged, it
 * also locks the free budgets (`lockBudgetsOfJobs`). It waits for nothing, so it cannot deadlock.
 */
export async function lockFreeCampaigns(
  sql: Sql,
  { dialerJobIds, payingJobIds }: { dialerJobIds: readonly string[]; payingJobIds: readonly string[] },
): Promise<FreeJobs> {
  const [row] = await sql.run<{ job_ids: string[]; budgets: string[] }>(LOCK_FREE, [dialerJobIds, payingJobIds]);
  return { jobIds: row?.job_ids ?? [], budgets: row?.budgets ?? [] };
}

const LOCK_FREE = {
  name: 'lock-free-campaigns',
  text: `
    WITH job AS (
      SELECT id, campaign_id, tenant_id FROM dialer_jobs WHERE id = ANY($1::uuid[])
    ), payer AS (
      SELECT t.id FROM tenants t CROSS JOIN installation i
      WHERE t.id = ANY(ARRAY(SELECT tenant_id FROM job WHERE id = ANY($2::uuid[]))) AND ${HAS_BUDGET}
    ), budget AS (
      SELECT id FROM tenants WHERE id = ANY(ARRAY(SELECT id FROM payer)) FOR NO KEY UPDATE SKIP LOCKED
    ), campaign AS (
      SELECT id FROM campaigns WHERE id = ANY(ARRAY(SELECT campaign_id FROM job)) FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT ARRAY(SELECT id FROM budget) AS budgets, ARRAY(
      SELECT id FROM job WHERE campaign_id = ANY(ARRAY(SELECT id FROM campaign))
        AND tenant_id <> ALL(ARRAY(SELECT id FROM payer EXCEPT SELECT id FROM budget))) AS job_ids`,
};
