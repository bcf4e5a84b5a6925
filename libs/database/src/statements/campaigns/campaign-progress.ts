import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

export interface CampaignProgress {
  /** Leads that wait to be called, now or later. */
  readonly pending: number;
  readonly job_status_counts: Record<string, number>;
  readonly lead_status_counts: Record<string, number>;
  readonly call_status_counts: Record<string, number>;
  readonly outcome_counts: Record<string, number>;
}

/**
 * Counts a campaign's leads, jobs and calls by status, at a cost that does not grow with the campaign.
 *
 * 1. Count passing states from the live dialer jobs.
 * 2. Read final states from the tallies.
 * 3. Compute pending leads: all leads without those in progress and in final states.
 */
export async function campaignProgress(sql: Sql, campaignId: string): Promise<CampaignProgress> {
  const rows = await sql.run<{ subject: string; status: string; n: number }>(COUNTS, [campaignId]);
  const counts = (subject: string) =>
    Object.fromEntries(rows.filter((row) => row.subject === subject && row.n > 0).map((row) => [row.status, row.n]));
  const leads = counts('lead');
  return {
    pending: leads['pending'] ?? 0,
    job_status_counts: counts('dialer_job'),
    lead_status_counts: leads,
    call_status_counts: counts('call'),
    outcome_counts: counts('outcome'),
  };
}

const COUNTS = {
  name: 'campaign-progress',
  text: `
    WITH live AS (
      SELECT j.status, l.status = 'in_progress' AS is_lead_in_progress, c.status AS call_status
      FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id LEFT JOIN calls c ON c.dialer_job_id = j.id
      WHERE j.campaign_id = $1 AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})
    ), tally AS (
      SELECT subject, status, n::int FROM campaign_tallies WHERE campaign_id = $1
    ), in_progress AS (
      SELECT count(*)::int AS n FROM live WHERE is_lead_in_progress
    )
    SELECT subject, status, n FROM tally
    UNION ALL SELECT 'dialer_job', status, count(*)::int FROM live GROUP BY status
    UNION ALL SELECT 'call', call_status, count(*)::int FROM live WHERE call_status IS NOT NULL GROUP BY call_status
    UNION ALL SELECT 'lead', 'in_progress', n FROM in_progress
    UNION ALL SELECT 'lead', 'pending', k.total_leads - in_progress.n
        - coalesce((SELECT sum(n)::int FROM tally WHERE subject = 'lead' AND status <> 'removed'), 0)
      FROM campaigns k, in_progress WHERE k.id = $1`,
};
