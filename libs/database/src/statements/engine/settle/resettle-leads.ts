import { leadStatusesExcept } from '#rules/lead/lead-status.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';
import type { SettledAttempt } from './settle-attempts.js';

/** Lead to which a late report gives another end, and that end. */
export type ResettledLead = Omit<SettledAttempt, 'dialer_job_id' | 'job_status' | 'reason'>;

/**
 * Cancels the retries of these leads that are only queued.
 * @returns the leads whose retry was canceled.
 */
export async function withdrawRetries(sql: Sql, leads: readonly ResettledLead[]): Promise<string[]> {
  const rows = await sql.run<{ lead_id: string }>(WITHDRAW_RETRIES, [JSON.stringify(leads)]);
  return rows.map(({ lead_id }) => lead_id);
}

const WITHDRAW_RETRIES = {
  name: 'withdraw-retries',
  text: `
    WITH retry AS (
      SELECT j.id FROM dialer_jobs j
      WHERE j.lead_id = ANY(ARRAY(SELECT lead_id FROM jsonb_to_recordset($1::jsonb) AS a (lead_id uuid)))
        AND j.status = 'queued'
      ORDER BY j.id FOR UPDATE OF j
    )
    UPDATE dialer_jobs j SET status = 'canceled', reason = 'outcome_told_late', check_at = NULL, finished_at = now()
    FROM retry WHERE j.id = retry.id RETURNING j.lead_id`,
};

/**
 * Updates the leads that are not being called, and those whose retry was withdrawn. A removed lead stays removed. A
 * lead on the do-not-call list becomes `completed` only, since its number may be taken off the list again.
 */
export async function updateResettled(
  sql: Sql,
  { leads, withdrawnIds }: { leads: readonly ResettledLead[]; withdrawnIds: readonly string[] },
): Promise<void> {
  await sql.run(RESETTLE, [JSON.stringify(leads), withdrawnIds]);
}

const RESETTLE = {
  name: 'resettle-leads',
  text: `
    UPDATE leads l SET
      status = CASE WHEN l.status = 'removed' THEN l.status ELSE a.lead_status END,
      removed_status = CASE WHEN l.status = 'removed' THEN a.lead_status END,
      outcome = a.outcome, block_code = NULL, retry_at = a.next_attempt_at,
      next_attempt_at = coalesce(a.next_attempt_at, l.next_attempt_at)
    FROM jsonb_to_recordset($1::jsonb) AS a (lead_id uuid, lead_status text, outcome text, next_attempt_at timestamptz)
    WHERE l.id = a.lead_id AND l.erased_at IS NULL AND (
      coalesce(l.removed_status, l.status) IN (${sqlList(leadStatusesExcept('in_progress', 'suppressed'))})
      OR coalesce(l.removed_status, l.status) = 'in_progress' AND l.id = ANY($2::uuid[])
      OR coalesce(l.removed_status, l.status) = 'suppressed'
        AND (a.lead_status = 'suppressed' OR a.lead_status = 'completed' AND l.block_code = 'dnc'))`,
};

/** Sets completed campaigns running again in which one of these leads is pending. */
export async function reopenCampaigns(sql: Sql, leadIds: readonly string[]): Promise<void> {
  await sql.run(REOPEN, [leadIds]);
}

const REOPEN = {
  name: 'reopen-campaigns',
  text: `
    UPDATE campaigns k SET status = 'running', completed_at = NULL, wake_at = now()
    WHERE k.status = 'completed' AND k.id IN (
      SELECT l.campaign_id FROM leads l WHERE l.id = ANY($1::uuid[]) AND l.status = 'pending')`,
};
