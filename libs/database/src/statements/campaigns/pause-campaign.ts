import { CALLING_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { CampaignStatus, CampaignStatusReason } from '#rules/campaign/campaign-status.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/**
 * Moves a campaign that the caller has locked to another status, once every placement that is being committed (FOR KEY
 * SHARE) is, and stamps when it was first started or completed. One that begins to run wants to be looked at now, with
 * a circuit breaker that has seen nothing yet, and a provider that has refused nothing.
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
    WITH held AS (
      SELECT id FROM campaigns WHERE id = $1 FOR UPDATE
    )
    UPDATE campaigns SET
      status = $2::varchar, status_reason = $3, breaker_attempts = 0, breaker_faults = 0,
      wake_at = CASE WHEN $2::varchar = 'running' THEN now() END,
      provider_rejected_until = CASE WHEN $2::varchar = 'running' AND provider_rejected_until > now() THEN now() ELSE provider_rejected_until END,
      started_at = CASE WHEN $2::varchar = 'running' THEN coalesce(started_at, now()) ELSE started_at END,
      completed_at = CASE WHEN $2::varchar IN ('completed', 'stopped') THEN now() WHEN $2::varchar = 'running' THEN NULL ELSE completed_at END
    FROM held WHERE campaigns.id = held.id`,
};

/**
 * Takes back every dialer job of a campaign that is not committed to be dialed: `queued` → `canceled`, its lead due
 * again. Run under the campaign's lock, after its status has left `running`: then no other transaction can commit one
 * of these jobs, since that reads the campaign FOR SHARE first.
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
    WITH held AS (
      SELECT id FROM dialer_jobs WHERE campaign_id = $1 AND status = 'queued' ORDER BY id FOR UPDATE
    ), withdrawn AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = $2, check_at = NULL, finished_at = now()
      FROM held WHERE j.id = held.id RETURNING j.lead_id
    )
    UPDATE leads SET status = 'pending' FROM withdrawn WHERE leads.id = withdrawn.lead_id AND leads.status = 'in_progress'`,
};

/**
 * Marks the calls of a campaign that are on the line: the sweeper hangs them up, whoever placed them. A request that is
 * still open is waited for, its call is hung up once it is known.
 */
export async function requestHangups(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(REQUEST_HANGUPS, [campaignIds]);
}

const REQUEST_HANGUPS = {
  name: 'request-hangups',
  text: `
    WITH held AS (
      SELECT id FROM dialer_jobs
      WHERE campaign_id = ANY($1::uuid[]) AND status IN (${sqlList(CALLING_DIALER_JOB_STATUSES)}) AND hangup_requested_at IS NULL
      ORDER BY id FOR UPDATE
    )
    UPDATE dialer_jobs j SET hangup_requested_at = now(), check_at = CASE WHEN j.status = 'active' THEN now() ELSE j.check_at END
    FROM held WHERE j.id = held.id`,
};

/** The same for these dialer jobs, whose calls the caller has locked. */
export async function requestHangupsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<void> {
  await sql.run(REQUEST_HANGUPS_OF_JOBS, [dialerJobIds]);
}

const REQUEST_HANGUPS_OF_JOBS = {
  name: 'request-hangups-of-jobs',
  text: `
    UPDATE dialer_jobs SET hangup_requested_at = now(), check_at = now()
    WHERE id = ANY($1::uuid[]) AND status = 'active' AND hangup_requested_at IS NULL`,
};

/** Live dialer jobs that are committed to be dialed: those whose request is still open, and all. */
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
