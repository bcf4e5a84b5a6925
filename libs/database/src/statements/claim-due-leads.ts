import { reach } from '#config/failpoints.js';
import { NUMBER_BUSY_PAUSE_SECONDS } from '#rules/number-busy.js';
import type { Sql } from '../sql.js';

export interface Claim {
  readonly dialerJobIds: readonly string[];
  /** Slots are free and leads are due, but as many jobs as may wait in the queue are waiting there. */
  readonly isHeldBack: boolean;
  /** Nothing is live and nobody waits, now or later. */
  readonly isDone: boolean;
}

export const NOTHING_CLAIMED: Claim = { dialerJobIds: [], isHeldBack: false, isDone: false };

interface ClaimLimits {
  readonly campaignId: string;
  /** After this long a job that nobody took up is published again. */
  readonly publishPauseSeconds: number;
  /** Jobs of one campaign that may wait in the queue, so that another campaign's are not behind all of them. */
  readonly mostQueued: number;
}

/**
 * Turns due leads into queued dialer jobs, as many as the campaign has free slots, and notes when the campaign wants to be looked at
 * next. Must run in a transaction of its own.
 *
 * Safe for any number of callers: the campaign row is locked first, so that live jobs are counted by one caller at a time and
 * every insert of a job happens under that lock; `max_concurrent_calls` therefore holds at every commit. SKIP LOCKED passes over
 * leads that a person is editing; the unique index on live jobs per lead is the last word.
 */
export async function claimDueLeads(sql: Sql, limits: ClaimLimits): Promise<Claim> {
  const [campaign] = await sql.run<{ slots: number; min_gap_seconds: number }>(LOCK, [limits.campaignId]);
  if (!campaign) return NOTHING_CLAIMED;
  await reach('claim.locked');
  const before = await countLiveJobs(sql, limits.campaignId);
  const free = campaign.slots - before.live;
  const wanted = Math.min(free, limits.mostQueued - before.queued);
  const dialerJobIds = await claim(sql, { ...limits, wanted, minGapSeconds: campaign.min_gap_seconds });
  const isFull = dialerJobIds.length >= free;
  const isHeldBack = !isFull && wanted <= dialerJobIds.length;
  const wakeAt = await noteWakeUp(sql, limits.campaignId, { isFull, isHeldBack });
  await reach('claim.claimed');
  return { dialerJobIds, isHeldBack, isDone: !isFull && wakeAt === null && before.live + dialerJobIds.length === 0 };
}

/** Leads that turn out to be blocked use up no slot: the next ones are looked at instead. */
async function claim(
  sql: Sql,
  limits: ClaimLimits & { wanted: number; minGapSeconds: number },
): Promise<readonly string[]> {
  const claimed: string[] = [];
  for (let missing = limits.wanted; missing > 0; missing = limits.wanted - claimed.length) {
    const values = [limits.campaignId, missing, limits.publishPauseSeconds, limits.minGapSeconds];
    const [leads] = await sql.run<{ seen: number; dialer_job_ids: string[] }>(CLAIM, values);
    claimed.push(...(leads?.dialer_job_ids ?? []));
    if ((leads?.seen ?? 0) < missing) break;
  }
  return claimed;
}

async function countLiveJobs(sql: Sql, campaignId: string): Promise<{ live: number; queued: number }> {
  const [row] = await sql.run<{ live: number; queued: number }>(COUNT_LIVE, [campaignId]);
  return row ?? { live: 0, queued: 0 };
}

async function noteWakeUp(
  sql: Sql,
  campaignId: string,
  { isFull, isHeldBack }: { isFull: boolean; isHeldBack: boolean },
): Promise<Date | null> {
  const [row] = await sql.run<{ at: Date | null }>(NOTE_WAKE_UP, [campaignId, isFull, isHeldBack]);
  return row?.at ?? null;
}

const LOCK = {
  name: 'claim-lock-campaign',
  text: `
    SELECT k.max_concurrent_calls AS slots, k.min_gap_seconds FROM campaigns k JOIN tenants t ON t.id = k.tenant_id
    WHERE k.id = $1 AND k.status = 'running' AND (k.end_at IS NULL OR k.end_at > now())
      AND t.dialing_halted_at IS NULL AND NOT EXISTS (SELECT FROM installation WHERE dialing_halted_at IS NOT NULL)
    FOR NO KEY UPDATE OF k`,
};

const COUNT_LIVE = {
  name: 'claim-count-live',
  text: `
    SELECT count(*)::int AS live, count(*) FILTER (WHERE status = 'queued')::int AS queued FROM dialer_jobs
    WHERE campaign_id = $1 AND status IN ('queued', 'dialing', 'active', 'unconfirmed')`,
};

/**
 * A number that is in a call is found by a probe for each lead; EXISTS would be planned as one walk over all live calls. Its latest call in
 * any campaign is found over the leads with that number: each notes its own latest.
 */
const CLAIM = {
  name: 'claim-due-leads',
  text: `
    WITH due AS (
      SELECT l.id, l.tenant_id, l.campaign_id, l.phone_number,
        (SELECT c.id FROM calls c WHERE c.tenant_id = l.tenant_id AND c.phone_number = l.phone_number
          AND c.status IN ('initiated', 'ringing', 'in_progress') LIMIT 1) IS NOT NULL AS is_busy,
        CASE WHEN $4::int > 0 THEN $4::int * interval '1 second' + (SELECT max(o.last_called_at) FROM leads o
          WHERE o.phone_number = l.phone_number AND o.tenant_id = l.tenant_id) END AS gap_ends_at
      FROM leads l
      WHERE l.campaign_id = $1 AND l.status = 'pending' AND l.next_attempt_at <= now()
      ORDER BY l.next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), judged AS (
      SELECT *, CASE WHEN is_busy THEN 'number_busy' WHEN gap_ends_at > now() THEN 'min_gap' END AS block_code FROM due
    ), jobs AS (
      INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, publishes, check_at)
      SELECT tenant_id, campaign_id, id, phone_number, 1, now() + $3 * interval '1 second' FROM judged WHERE block_code IS NULL
      RETURNING id
    ), marked AS (
      UPDATE leads SET
        status = CASE WHEN judged.block_code IS NULL THEN 'in_progress' ELSE leads.status END,
        block_code = judged.block_code,
        next_attempt_at = CASE judged.block_code
          WHEN 'number_busy' THEN now() + ${NUMBER_BUSY_PAUSE_SECONDS} * interval '1 second'
          WHEN 'min_gap' THEN judged.gap_ends_at ELSE leads.next_attempt_at END
      FROM judged WHERE leads.id = judged.id
    )
    SELECT (SELECT count(*)::int FROM judged) AS seen, coalesce((SELECT array_agg(id) FROM jobs), '{}') AS dialer_job_ids`,
};

/**
 * With every slot taken a settle wakes the campaign, else the next lead that becomes due. What is held back is called for by whoever
 * places the waiting jobs; the second is for a process that dies before it does.
 */
const NOTE_WAKE_UP = {
  name: 'claim-note-wake-up',
  text: `
    WITH next AS (
      SELECT CASE WHEN $2::boolean THEN NULL WHEN $3::boolean THEN now() + interval '1 second' ELSE (
        SELECT next_attempt_at FROM leads WHERE campaign_id = $1 AND status = 'pending' ORDER BY next_attempt_at LIMIT 1) END AS at
    ), noted AS (
      UPDATE campaigns k SET wake_at = next.at FROM next WHERE k.id = $1 AND k.wake_at IS DISTINCT FROM next.at
    )
    SELECT at FROM next`,
};
