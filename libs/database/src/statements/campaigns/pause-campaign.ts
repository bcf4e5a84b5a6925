import { CALLING_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import {
  ENDED_CAMPAIGN_STATUSES,
  type CampaignStatus,
  type CampaignStatusReason,
} from '#rules/campaign/campaign-status.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/**
 * Moves a campaign, which the caller has locked, to another status.
 *
 * 1. Wait for placements that are being committed (FOR KEY SHARE).
 * 2. Write the status, and when the campaign first started or completed.
 * 3. For a start: schedule a wake-up now, reset the circuit breaker and end the pause after a provider's rejection.
 */
export async function setCampaignStatus(
  sql: Sql,
  { campaignId, status, reason }: { campaignId: string; status: CampaignStatus; reason: CampaignStatusReason | null },
): Promise<void> {
  await sql.run(SET_STATUS, [campaignId, status, reason]);
}

const SET_STATUS = {
  name: 'set-campaign-status',
  text: `
    WITH locked AS (
      SELECT id FROM campaigns WHERE id = $1 FOR UPDATE
    )
    UPDATE campaigns SET
      status = $2::varchar, status_reason = $3, breaker_attempts = 0, breaker_faults = 0,
      wake_at = CASE WHEN $2::varchar = 'running' THEN now() END,
      provider_rejected_until = CASE WHEN $2::varchar = 'running' AND provider_rejected_until > now() THEN now()
        ELSE provider_rejected_until END,
      started_at = CASE WHEN $2::varchar = 'running' THEN coalesce(started_at, now()) ELSE started_at END,
      completed_at = CASE WHEN $2::varchar IN (${sqlList(ENDED_CAMPAIGN_STATUSES)}) THEN now()
        WHEN $2::varchar = 'running' THEN NULL ELSE completed_at END
    FROM locked WHERE campaigns.id = locked.id`,
};

/**
 * Withdraws the queued jobs of a campaign: `queued` → `canceled`, and their leads are pending again. It runs under the
 * campaign's lock, after the status has left `running`. Then no other transaction commits one of these jobs: beginning
 * to dial reads the campaign FOR KEY SHARE first.
 */
export async function withdrawQueuedJobs(
  sql: Sql,
  { campaignId, reason }: { campaignId: string; reason: string },
): Promise<void> {
  await sql.run(WITHDRAW, [campaignId, reason]);
}

const WITHDRAW = {
  name: 'withdraw-queued-jobs',
  text: `
    WITH locked AS (
      SELECT id FROM dialer_jobs WHERE campaign_id = $1 AND status = 'queued' ORDER BY id FOR UPDATE
    ), withdrawn AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = $2, check_at = NULL, finished_at = now()
      FROM locked WHERE j.id = locked.id RETURNING j.lead_id
    )
    UPDATE leads SET status = 'pending' FROM withdrawn
      WHERE leads.id = withdrawn.lead_id AND leads.status = 'in_progress'`,
};

/**
 * Requests a hang-up for the live calls of these campaigns, which the sweeper carries out. A call whose request to the
 * provider is open is hung up once its id is known.
 */
export async function requestHangups(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(REQUEST_HANGUPS, [campaignIds]);
}

const REQUEST_HANGUPS = {
  name: 'request-hangups',
  text: `
    WITH locked AS (
      SELECT id FROM dialer_jobs
      WHERE campaign_id = ANY($1::uuid[]) AND status IN (${sqlList(CALLING_DIALER_JOB_STATUSES)})
        AND hangup_requested_at IS NULL
      ORDER BY id FOR UPDATE
    )
    UPDATE dialer_jobs j SET hangup_requested_at = now(), check_at = CASE WHEN j.status = 'active' THEN now()
      ELSE j.check_at END
    FROM locked WHERE j.id = locked.id`,
};

/** Requests a hang-up for the calls of these dialer jobs, which the caller has locked. */
export async function requestHangupsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<void> {
  await sql.run(REQUEST_HANGUPS_OF_JOBS, [dialerJobIds]);
}

const REQUEST_HANGUPS_OF_JOBS = {
  name: 'request-hangups-of-jobs',
  text: `
    UPDATE dialer_jobs SET hangup_requested_at = now(), check_at = now()
    WHERE id = ANY($1::uuid[]) AND status = 'active' AND hangup_requested_at IS NULL`,
};

/** Counts the live dialer jobs that are committed to be dialed, and those with an open request to the provider. */
export async function countInFlight(
  sql: Sql,
  campaignIds: readonly string[],
): Promise<{ dialing: number; in_flight: number }> {
  const [row] = await sql.run<{ dialing: number; in_flight: number }>(IN_FLIGHT, [campaignIds]);
  return row ?? { dialing: 0, in_flight: 0 };
}

const IN_FLIGHT = {
  name: 'count-in-flight',
  text: `
    SELECT count(*) FILTER (WHERE status = 'dialing')::int AS dialing, count(*)::int AS in_flight FROM dialer_jobs
    WHERE campaign_id = ANY($1::uuid[]) AND status IN (${sqlList(CALLING_DIALER_JOB_STATUSES)})`,
};
