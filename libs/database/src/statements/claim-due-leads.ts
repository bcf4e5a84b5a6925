import { reach } from '#config/failpoints.js';
import { NUMBER_BUSY_PAUSE_SECONDS } from '#rules/number-busy.js';
import type { Sql } from '../sql.js';

/**
 * Turns due leads into queued dialer jobs, as many as the campaign has free slots.
 * Must run in a transaction of its own.
 *
 * Safe for any number of callers: the campaign row is locked first, so that live jobs are counted by one caller at a time and
 * every insert of a job happens under that lock; `max_concurrent_calls` therefore holds at every commit. SKIP LOCKED passes over
 * leads that a person is editing; the unique index on live jobs per lead is the last word.
 *
 * @returns the ids of the new dialer jobs; empty when the campaign is not running, has no free slot or nothing is due.
 */
export async function claimDueLeads(
  sql: Sql,
  { campaignId, publishPauseSeconds }: { campaignId: string; publishPauseSeconds: number },
): Promise<string[]> {
  const [campaign] = await sql.run<{ free_slots: number }>(LOCK_AND_LIMIT, [campaignId]);
  if (!campaign) return [];
  await reach('claim.locked');
  const claimed: string[] = [];
  let freeSlots = campaign.free_slots - (await countLiveJobs(sql, campaignId));
  while (freeSlots > 0) {
    const leads = await sql.run<{ dialer_job_id: string | null }>(CLAIM, [campaignId, freeSlots, publishPauseSeconds]);
    const jobs = leads.flatMap((lead) => lead.dialer_job_id ?? []);
    claimed.push(...jobs);
    if (leads.length < freeSlots) break;
    freeSlots -= jobs.length;
  }
  await reach('claim.claimed');
  return claimed;
}

async function countLiveJobs(sql: Sql, campaignId: string): Promise<number> {
  const [row] = await sql.run<{ live: number }>(COUNT_LIVE, [campaignId]);
  return row?.live ?? 0;
}

const LOCK_AND_LIMIT = {
  name: 'claim-lock-campaign',
  text: `SELECT max_concurrent_calls AS free_slots FROM campaigns WHERE id = $1 AND status = 'running' FOR NO KEY UPDATE`,
};

const COUNT_LIVE = {
  name: 'claim-count-live',
  text: `
    SELECT count(*)::int AS live FROM dialer_jobs
    WHERE campaign_id = $1 AND status IN ('queued', 'dialing', 'active', 'unconfirmed')`,
};

const CLAIM = {
  name: 'claim-due-leads',
  text: `
    WITH due AS (
      SELECT l.id, l.tenant_id, l.campaign_id, l.phone_number, EXISTS (
        SELECT FROM calls c WHERE c.tenant_id = l.tenant_id AND c.phone_number = l.phone_number
        AND c.status IN ('initiated', 'ringing', 'in_progress')) AS is_busy
      FROM leads l
      WHERE l.campaign_id = $1 AND l.status = 'pending' AND l.next_attempt_at <= now()
      ORDER BY l.next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), jobs AS (
      INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, publishes, check_at)
      SELECT tenant_id, campaign_id, id, phone_number, 1, now() + $3 * interval '1 second' FROM due WHERE NOT is_busy
      RETURNING id, lead_id
    ), marked AS (
      UPDATE leads SET
        status = CASE WHEN due.is_busy THEN leads.status ELSE 'in_progress' END,
        block_code = CASE WHEN due.is_busy THEN 'number_busy' END,
        next_attempt_at = CASE WHEN due.is_busy THEN now() + ${NUMBER_BUSY_PAUSE_SECONDS} * interval '1 second' ELSE leads.next_attempt_at END
      FROM due WHERE leads.id = due.id
    )
    SELECT jobs.id AS dialer_job_id FROM due LEFT JOIN jobs ON jobs.lead_id = due.id`,
};
