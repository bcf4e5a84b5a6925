import { reach } from '#config/failpoints.js';
import type { CampaignStatus } from '#rules/campaign-status.js';
import { NUMBER_BUSY_PAUSE_SECONDS } from '#rules/number-busy.js';
import type { Sql } from '../sql.js';

/** A dialer job that is now committed to be dialed, with all that the one request to the provider needs. */
export interface DialingJob {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly lead_id: string;
  readonly call_id: string;
  readonly phone_number: string;
  readonly placed_at: Date;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly system_prompt: string;
  readonly voice_id: string;
  readonly first_message: string | null;
  readonly ring_timeout_seconds: number;
  readonly max_call_seconds: number;
}

/**
 * The commit before the one request: `queued` → `dialing` by compare-and-set, the call row, the attempt counted.
 * Must run in a transaction of its own, committed before the provider is asked.
 *
 * Safe because (1) only one caller ever sees the job `queued`, whoever delivers it and how often; (2) the campaign row is read FOR
 * SHARE first, so a pause either waits for this commit or is seen by it; (3) the unique index on live calls per tenant and number
 * decides between two campaigns that call one person. Jobs that may not be dialed end here and their leads go back.
 */
export async function beginDialing(sql: Sql, { dialerJobIds, ...limits }: BeginDialing): Promise<DialingJob[]> {
  await sql.run<{ status: CampaignStatus }>(FENCE, [dialerJobIds]);
  const { provider, createTimeoutSeconds, deadlineMarginSeconds } = limits;
  const jobs = await sql.run<DialingJob>(BEGIN, [dialerJobIds, provider, createTimeoutSeconds, deadlineMarginSeconds]);
  await reach('place.begun');
  return jobs;
}

export interface BeginDialing {
  readonly dialerJobIds: readonly string[];
  readonly provider: string;
  /** After this long without an answer from the provider the job is looked at as unconfirmed. */
  readonly createTimeoutSeconds: number;
  /** Added to ring timeout and longest conversation: after that the call cannot exist any more. */
  readonly deadlineMarginSeconds: number;
}

const FENCE = {
  name: 'begin-dialing-fence',
  text: `
    SELECT status FROM campaigns WHERE id IN (SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[]))
    ORDER BY id FOR SHARE`,
};

const BEGIN = {
  name: 'begin-dialing',
  text: `
    WITH job AS (
      SELECT j.id, j.tenant_id, j.campaign_id, j.lead_id, j.phone_number, l.call_attempts, l.first_name, l.last_name,
        k.status = 'running' AND l.status = 'in_progress' AS is_allowed, k.system_prompt, k.voice_id, k.first_message,
        k.ring_timeout_seconds, k.max_call_seconds
      FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id JOIN leads l ON l.id = j.lead_id
      WHERE j.id = ANY($1::uuid[]) AND j.status = 'queued'
      ORDER BY j.id FOR UPDATE OF j, l
    ), call AS (
      INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, provider, started_at)
      SELECT tenant_id, campaign_id, lead_id, id, call_attempts + 1, phone_number, $2, now() FROM job WHERE is_allowed
      ORDER BY tenant_id, phone_number
      ON CONFLICT (tenant_id, phone_number) WHERE status IN ('initiated', 'ringing', 'in_progress') DO NOTHING
      RETURNING id, dialer_job_id, started_at
    ), decided AS (
      UPDATE dialer_jobs j SET
        status = CASE WHEN call.id IS NOT NULL THEN 'dialing' WHEN job.is_allowed THEN 'skipped' ELSE 'canceled' END,
        reason = CASE WHEN call.id IS NOT NULL THEN NULL WHEN job.is_allowed THEN 'number_busy' ELSE 'not_running' END,
        dialing_at = call.started_at,
        finished_at = CASE WHEN call.id IS NULL THEN now() END,
        check_at = CASE WHEN call.id IS NOT NULL THEN now() + $3 * interval '1 second' END,
        deadline_at = now() + (job.ring_timeout_seconds + job.max_call_seconds + $4) * interval '1 second'
      FROM job LEFT JOIN call ON call.dialer_job_id = job.id WHERE j.id = job.id
    ), lead AS (
      UPDATE leads l SET
        call_attempts = l.call_attempts + CASE WHEN call.id IS NULL THEN 0 ELSE 1 END,
        last_called_at = coalesce(call.started_at, l.last_called_at),
        status = CASE WHEN call.id IS NULL AND l.status = 'in_progress' THEN 'pending' ELSE l.status END,
        block_code = CASE WHEN call.id IS NULL AND job.is_allowed THEN 'number_busy' END,
        next_attempt_at = CASE WHEN call.id IS NULL AND job.is_allowed
          THEN now() + ${NUMBER_BUSY_PAUSE_SECONDS} * interval '1 second' ELSE l.next_attempt_at END
      FROM job LEFT JOIN call ON call.dialer_job_id = job.id WHERE l.id = job.lead_id
    )
    SELECT job.id AS dialer_job_id, job.campaign_id, job.lead_id, call.id AS call_id, job.phone_number, call.started_at AS placed_at,
      job.first_name, job.last_name, job.system_prompt, job.voice_id, job.first_message,
      job.ring_timeout_seconds, job.max_call_seconds
    FROM job JOIN call ON call.dialer_job_id = job.id`,
};
