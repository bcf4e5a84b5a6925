import { CALLED_DIALER_JOB_STATUSES, LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { CampaignStatus, CampaignStatusReason } from '#rules/campaign/campaign-status.js';
import type { Gate } from '#rules/gate/gate.js';
import type { Sql } from '../../connection/sql.js';
import { callerIdsUntil } from '../engine/eligibility/caller-id-pool.js';
import { hasUnplaced } from '../engine/claim/calling-hours.js';
import { EARLIEST_DUE_IN_AREA, firstCallableAt } from '../engine/claim/wake-up.js';
import { concurrencyLimitUntil, dayLimitUntil } from '../engine/eligibility/operator-limits.js';
import { sqlList } from '../parts/sql-list.js';

/** A campaign and what may keep it from dialing, in one snapshot. */
export interface CampaignSituationRow {
  readonly now: Date;
  readonly status: CampaignStatus;
  readonly status_reason: CampaignStatusReason | null;
  readonly start_at: Date | null;
  readonly slots: number;
  readonly contacts: number;
  readonly live: number;
  readonly queued: number;
  readonly oldest_queued_at: Date | null;
  readonly next_due_at: Date | null;
  readonly last_due_at: Date | null;
  readonly ended_attempts: number;
  readonly slot_seconds: number;
  readonly calls_completed: number;
  readonly calls_failed: number;
  readonly talk_seconds: number;
  readonly total_cost: number;
  readonly blocked: readonly { code: Gate; contacts: number; until: string | null }[];
  /** Time at which a caller id may be free; null: one is, or none is needed. */
  readonly numbers_from: Date | null;
  /** The campaign has caller ids, and all of them are switched off. */
  readonly are_numbers_off: boolean;
  /** Time at which the operator's limit of calls a day lets the tenant call again; null: it is not reached. */
  readonly calls_from: Date | null;
  /** The tenant has as many calls in progress as the operator allows. */
  readonly is_concurrency_reached: boolean;
  /** Areas that are closed though a lead there is due. */
  readonly closed_areas: { readonly contacts: number | null; readonly until: string | null } | null;
  /** Message of the provider's last rejection, with when rejections began and when it expires; null: none. */
  readonly provider_rejection: string | null;
  readonly provider_rejected_since: Date | null;
  readonly provider_rejected_until: Date | null;
  readonly tenant_halted_at: Date | null;
  readonly tenant_halted_reason: string | null;
  readonly installation_halted_at: Date | null;
  readonly installation_halted_reason: string | null;
  /** A worker has swept within the last seconds. */
  readonly has_worker: boolean;
  /** End of the latest sweep's lease; null when there was none. */
  readonly no_worker_since: Date | null;
}

/**
 * Reads a campaign's situation by index probes, whatever its size. Rows are read only of live jobs and blocked leads.
 */
export async function campaignSituation(
  sql: Sql,
  { tenantId, campaignId }: { tenantId: string; campaignId: string },
): Promise<CampaignSituationRow | undefined> {
  const [row] = await sql.run<CampaignSituationRow>(SITUATION, [tenantId, campaignId]);
  return row;
}

/** Leads that are counted in each area; counting a million would take a quarter of a second. */
const MOST_COUNTED = 10_000;

const SITUATION = {
  name: 'campaign-situation',
  text: `
    SELECT now() AS now, k.status, k.status_reason, k.start_at, k.max_concurrent_calls AS slots,
      k.total_leads AS contacts,
      live.n AS live, live.queued, live.oldest_queued_at,
      least(due.next_at, CASE WHEN due.has_unplaced THEN now() END) AS next_due_at,
      (SELECT next_attempt_at FROM leads WHERE campaign_id = k.id AND status = 'pending'
        AND next_attempt_at < 'infinity'
        ORDER BY next_attempt_at DESC LIMIT 1) AS last_due_at,
      coalesce((SELECT sum(n) FROM campaign_tallies WHERE campaign_id = k.id AND subject = 'dialer_job'
        AND status IN (${sqlList(CALLED_DIALER_JOB_STATUSES)})), 0)::int AS ended_attempts,
      k.slot_seconds::float8 AS slot_seconds, k.calls_completed, k.calls_failed, k.talk_seconds::float8 AS talk_seconds,
      k.total_cost::float8 AS total_cost, coalesce(blocked.found, '[]') AS blocked, due.closed_areas,
      nullif(numbers.until, 'infinity') AS numbers_from, coalesce(numbers.until = 'infinity', false) AS are_numbers_off,
      CASE WHEN NOT k.is_test THEN ${dayLimitUntil('now()')} END AS calls_from,
      NOT k.is_test AND ${concurrencyLimitUntil('now()')} IS NOT NULL AS is_concurrency_reached,
      k.provider_rejection, k.provider_rejected_since, k.provider_rejected_until,
      t.dialing_halted_at AS tenant_halted_at, t.dialing_halted_reason AS tenant_halted_reason,
      i.dialing_halted_at AS installation_halted_at, i.dialing_halted_reason AS installation_halted_reason,
      coalesce(sweep.expires_at >= now(), false) AS has_worker, sweep.expires_at AS no_worker_since
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i
      LEFT JOIN leases sweep ON sweep.name = 'sweep'
      CROSS JOIN LATERAL (SELECT ${callerIdsUntil('now()')} AS until) numbers
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS n, count(*) FILTER (WHERE status = 'queued')::int AS queued,
          min(created_at) FILTER (WHERE status = 'queued') AS oldest_queued_at
        FROM dialer_jobs WHERE campaign_id = k.id AND status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})) live
      CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('code', b.block_code, 'contacts', b.n, 'until',
          nullif(b.until, 'infinity'))) AS found FROM (
          SELECT block_code, count(*) AS n, min(next_attempt_at) AS until FROM leads
          WHERE campaign_id = k.id AND block_code IS NOT NULL AND status = 'pending' AND next_attempt_at > now()
          GROUP BY block_code) b) blocked
      CROSS JOIN LATERAL (
        SELECT ${firstCallableAt('area.due_at')} AS next_at,
          ${hasUnplaced('k.id')} AS has_unplaced,
          CASE WHEN bool_or(area.due_at <= now() AND h.opens_at > now()) THEN jsonb_build_object(
            'until', nullif(min(h.opens_at) FILTER (WHERE area.due_at <= now() AND h.opens_at > now()), 'infinity'),
            'contacts', CASE WHEN NOT bool_or(waiting.n > ${MOST_COUNTED}) THEN sum(waiting.n) END) END AS closed_areas
        FROM campaign_hours h
          CROSS JOIN LATERAL (SELECT ${EARLIEST_DUE_IN_AREA} AS due_at) area
          LEFT JOIN LATERAL (
            SELECT count(*) AS n FROM (
              SELECT FROM leads l WHERE l.campaign_id = k.id AND l.area_id = h.area_id AND l.status = 'pending'
                AND l.next_attempt_at <= now() LIMIT ${MOST_COUNTED + 1}) w) waiting ON area.due_at <= now()
                  AND h.opens_at > now()
        WHERE h.campaign_id = k.id AND area.due_at IS NOT NULL) due
    WHERE k.tenant_id = $1 AND k.id = $2`,
};

/** A live dialer job, which occupies a slot of its campaign. */
export interface SlotRow {
  readonly dialer_job_id: string;
  readonly contact_id: string;
  readonly call_id: string | null;
  readonly status: string;
  readonly call_status: string | null;
  readonly since: Date;
  readonly next_check_at: Date;
  readonly deadline_at: Date | null;
  readonly is_hangup_requested: boolean;
}

/** Returns the live jobs of a campaign, oldest first. */
export function slotHolders(sql: Sql, campaignId: string, limit: number): Promise<SlotRow[]> {
  return sql.run<SlotRow>(HOLDERS, [campaignId, limit]);
}

const HOLDERS = {
  name: 'slot-holders',
  text: `
    SELECT j.id AS dialer_job_id, j.lead_id AS contact_id, c.id AS call_id, j.status, c.status AS call_status,
      j.created_at AS since,
      j.check_at AS next_check_at, j.deadline_at, j.hangup_requested_at IS NOT NULL AS is_hangup_requested
    FROM dialer_jobs j LEFT JOIN calls c ON c.dialer_job_id = j.id
    WHERE j.campaign_id = $1 AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})
    ORDER BY j.created_at, j.id LIMIT $2`,
};
