import type { ChaosDatabase } from '../plant/chaos-database.js';
import type { CallRow, CampaignRow, DatabaseRows, JobRow, LeadRow, Placement, StatusChange } from './evidence.js';

const COMMITTED_AT = `(extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS committed_at`;

export async function readRows(database: ChaosDatabase): Promise<DatabaseRows> {
  return {
    campaigns: await database.query<CampaignRow>(
      `SELECT id, name, status, max_concurrent_calls, max_retries, total_leads, calls_completed, calls_failed FROM campaigns`,
    ),
    leads: await database.query<LeadRow>(
      `SELECT id, campaign_id, phone_number, status, call_attempts, block_code, next_attempt_at > now() AS is_due_later FROM leads`,
    ),
    jobs: await database.query<JobRow>(`SELECT id, campaign_id, lead_id, status, reason FROM dialer_jobs`),
    calls: await database.query<CallRow>(
      `SELECT dialer_job_id, campaign_id, lead_id, status, outcome, end_reason FROM calls`,
    ),
    placements: await database.query<Placement>(
      `SELECT dialer_job_id, campaign_id, ${COMMITTED_AT} FROM chaos.placements`,
    ),
    statusChanges: await database.query<StatusChange>(
      `SELECT campaign_id, became, ${COMMITTED_AT} FROM chaos.status_changes ORDER BY 3`,
    ),
  };
}
