import type { ChaosDatabase } from '../plant/chaos-database.js';
import type {
  CallRow,
  CampaignRow,
  CampaignTermsChange,
  ConsentRecord,
  DatabaseRows,
  DncChange,
  JobRow,
  LeadRow,
  Placement,
  StatusChange,
  TenantTermsChange,
} from './evidence.js';

const COMMITTED_AT = `${milliseconds('pg_xact_commit_timestamp(xmin)')} AS committed_at`;
const IN_ORDER = 'ORDER BY committed_at, n';

export async function readRows(database: ChaosDatabase): Promise<DatabaseRows> {
  return {
    campaigns: await database.query<CampaignRow>(
      `SELECT id, name, status, max_concurrent_calls, max_retries, total_leads, calls_completed, calls_failed
       FROM campaigns`,
    ),
    leads: await database.query<LeadRow>(
      `SELECT id, campaign_id, phone_number, status, call_attempts, block_code, next_attempt_at > now() AS is_due_later
       FROM leads`,
    ),
    jobs: await database.query<JobRow>(`SELECT id, campaign_id, lead_id, status, reason FROM dialer_jobs`),
    calls: await database.query<CallRow>(
      `SELECT dialer_job_id, campaign_id, lead_id, status, outcome, end_reason, provider_call_id FROM calls`,
    ),
    ...(await readNotes(database)),
  };
}

type Notes = Pick<
  DatabaseRows,
  'placements' | 'statusChanges' | 'dncChanges' | 'campaignTerms' | 'tenantTerms' | 'consents'
>;

async function readNotes(database: ChaosDatabase): Promise<Notes> {
  return {
    placements: await database.query<Placement>(
      `SELECT dialer_job_id, campaign_id, phone_number, ${milliseconds('noted_at')} AS noted_at, ${COMMITTED_AT}
       FROM chaos.placements ${IN_ORDER}`,
    ),
    statusChanges: await database.query<StatusChange>(
      `SELECT campaign_id, became, ${COMMITTED_AT} FROM chaos.status_changes ${IN_ORDER}`,
    ),
    dncChanges: await database.query<DncChange>(
      `SELECT phone_number, is_listed, source, ${milliseconds('expires_at')} AS expires_at, ${COMMITTED_AT}
       FROM chaos.dnc_changes ${IN_ORDER}`,
    ),
    campaignTerms: await database.query<CampaignTermsChange>(
      `SELECT campaign_id, calling_window, blackout_dates, requires_consent, min_gap_seconds, ${COMMITTED_AT}
       FROM chaos.campaign_terms ${IN_ORDER}`,
    ),
    tenantTerms: await database.query<TenantTermsChange>(
      `SELECT min_gap_seconds, cap_attempts, cap_days, ${COMMITTED_AT} FROM chaos.tenant_terms ${IN_ORDER}`,
    ),
    consents: await database.query<ConsentRecord>(
      `SELECT phone_number, kind, ${milliseconds('given_at')} AS given_at,
         ${milliseconds('expires_at')} AS expires_at, ${COMMITTED_AT}
       FROM consents ORDER BY given_at, created_at`,
    ),
  };
}

function milliseconds(time: string): string {
  return `(extract(epoch FROM ${time}) * 1000)::float8`;
}
