import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { GATES_AT_CLAIM, type GateOf } from '#rules/gate/gate.js';
import { LOOK_AGAIN_SECONDS } from '#rules/campaign/operator-limits.js';
import type { Sql } from '../../../connection/sql.js';
import { callerIdsUntil } from '../eligibility/caller-id-pool.js';
import { hasUnplaced } from './calling-hours.js';
import { firstShut, GATE_SURROUNDINGS, untilOfNamed } from '../eligibility/gates.js';
import { callsFree, dayLimitUntil, QUEUED_JOBS } from '../eligibility/operator-limits.js';
import { EARLIEST_DUE_IN_AREA, wakeUpAt } from './wake-up.js';
import { sqlList } from '../../parts/sql-list.js';

/** A campaign that is locked to claim leads of it. */
export interface ClaimingCampaign {
  readonly id: string;
  readonly slots: number;
  /** The hours of an area have to be computed, or the area of a lead is not known. */
  readonly wants_hours: boolean;
  readonly is_test: boolean;
  /** Provider of its telephony account; null: it calls over the installation's. */
  readonly account_provider: string | null;
  /** Calls per second that the owner of the account allows. */
  readonly account_pace: number | null;
}

/**
 * Locks a campaign until the transaction ends, so that one caller at a time counts its live jobs.
 * @returns undefined when the campaign is not to be dialed.
 */
export async function lockForClaim(sql: Sql, campaignId: string): Promise<ClaimingCampaign | undefined> {
  const [campaign] = await sql.run<ClaimingCampaign>(LOCK, [campaignId]);
  return campaign;
}

/** Live jobs of a campaign, and what the caller ids and the operator's limits leave. */
export interface LiveJobs {
  readonly live: number;
  readonly queued: number;
  /** Time at which a caller id may be free, in PostgreSQL's format (for `infinity`); null: none has to be awaited. */
  readonly numbers_from: string | null;
  /** Calls that the operator's limits leave to the tenant, over all campaigns; null: no limit. */
  readonly tenant_free: number | null;
  /** Time at which the tenant is checked again once they are used up. */
  readonly tenant_from: string;
}

const NOTHING_LIVE: LiveJobs = { live: 0, queued: 0, numbers_from: null, tenant_free: null, tenant_from: 'infinity' };

/** Counts the live jobs of a campaign that the caller has locked. */
export async function countLiveJobs(sql: Sql, campaignId: string): Promise<LiveJobs> {
  const [row] = await sql.run<LiveJobs>(COUNT_LIVE, [campaignId]);
  return row ?? NOTHING_LIVE;
}

const LOCK = {
  name: 'claim-lock-campaign',
  text: `
    SELECT k.id, k.is_test, k.max_concurrent_calls AS slots, a.provider AS account_provider,
      a.calls_per_second AS account_pace,
      ${hasUnplaced('k.id')}
      OR EXISTS (SELECT FROM campaign_hours h WHERE h.campaign_id = k.id AND h.closes_at <= now()) AS wants_hours
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id
    LEFT JOIN telephony_accounts a ON a.id = k.telephony_account_id
    WHERE k.id = $1 AND k.status = 'running' AND (k.end_at IS NULL OR k.end_at > now())
      AND t.dialing_halted_at IS NULL AND NOT EXISTS (SELECT FROM installation WHERE dialing_halted_at IS NOT NULL)
    FOR NO KEY UPDATE OF k`,
};

const COUNT_LIVE = {
  name: 'claim-count-live',
  text: `
    SELECT live.*, ${callerIdsUntil('now()')}::text AS numbers_from, CASE WHEN room.free IS NOT NULL AND NOT k.is_test
      THEN greatest(0, room.free - ${QUEUED_JOBS})::int END AS tenant_free,
      coalesce(${dayLimitUntil('now()')}, now() + ${LOOK_AGAIN_SECONDS} * interval '1 second')::text AS tenant_from
    FROM (
      SELECT count(*)::int AS live, count(*) FILTER (WHERE status = 'queued')::int AS queued FROM dialer_jobs
      WHERE campaign_id = $1 AND status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})) live
    CROSS JOIN campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i
    CROSS JOIN LATERAL (SELECT ${callsFree('now()')} AS free OFFSET 0) room
    WHERE k.id = $1`,
};

/** Conditions on hours h under which the claim looks at an area, by the gate that is shut otherwise. */
const OPEN_AREAS: Readonly<Record<GateOf<'calling_hours'>, { readonly isOpen: string }>> = {
  outside_window: { isOpen: 'h.opens_at <= now() AND h.closes_at > now()' },
};

const IS_AREA_OPEN = Object.values(OPEN_AREAS)
  .map(({ isOpen }) => isOpen)
  .join(' AND ');

/** Leads that a claim has asked the gates for. */
export interface ClaimedLeads {
  /** Number of leads, postponed ones included. */
  readonly seen: number;
  readonly dialer_job_ids: readonly string[];
}

const NO_LEADS: ClaimedLeads = { seen: 0, dialer_job_ids: [] };

/**
 * Asks the gates of up to `most` due leads, in one statement.
 *
 * 1. Lock the leads that are due in open areas. SKIP LOCKED passes over leads that a client is editing.
 * 2. Ask the gates of each lead.
 * 3. Insert a queued dialer job for each lead whose gates are open. It is checked after `publishPauseSeconds`.
 * 4. Postpone the other leads. A permanent do-not-call entry suppresses the lead.
 */
export async function claimLeads(
  sql: Sql,
  { campaignId, most, publishPauseSeconds }: { campaignId: string; most: number; publishPauseSeconds: number },
): Promise<ClaimedLeads> {
  const [leads] = await sql.run<ClaimedLeads>(CLAIM, [campaignId, most, publishPauseSeconds]);
  return leads ?? NO_LEADS;
}

/**
 * Reads the leads of open areas only: a million leads where it is night cost nothing. The area whose lead has waited
 * longest comes first. The gates of a number are asked by index probes for each lead.
 */
const CLAIM = {
  name: 'claim-due-leads',
  text: `
    WITH due AS (
      SELECT l.id, l.tenant_id, l.campaign_id, l.area_id, l.phone_number, l.number_key FROM (
        SELECT first.id FROM (
          SELECT h.campaign_id, h.area_id, ${EARLIEST_DUE_IN_AREA} AS head FROM campaign_hours h
          WHERE h.campaign_id = $1 AND ${IS_AREA_OPEN}
            AND (SELECT number_kind FROM areas WHERE areas.id = h.area_id) IS NOT NULL ORDER BY head) p
        CROSS JOIN LATERAL (
          SELECT f.id FROM leads f
          WHERE f.campaign_id = $1 AND f.area_id = p.area_id AND f.status = 'pending' AND f.next_attempt_at <= now()
          ORDER BY f.next_attempt_at LIMIT $2) first
        WHERE p.head <= now() LIMIT $2) chosen
      JOIN leads l ON l.id = chosen.id
      WHERE l.status = 'pending' AND l.next_attempt_at <= now()
      FOR UPDATE OF l SKIP LOCKED
    ), judged AS (
      SELECT l.id, l.tenant_id, l.campaign_id, l.phone_number, gate.shut,
        ${untilOfNamed('gate.shut', GATES_AT_CLAIM)} AS until
      FROM due l ${GATE_SURROUNDINGS}
      CROSS JOIN LATERAL (SELECT ${firstShut(GATES_AT_CLAIM)} AS shut) gate
    ), jobs AS (
      INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, publishes, check_at)
      SELECT tenant_id, campaign_id, id, phone_number, 1, now() + $3 * interval '1 second'
      FROM judged WHERE shut IS NULL
      RETURNING id
    ), marked AS (
      UPDATE leads SET
        status = CASE WHEN judged.shut IS NULL THEN 'in_progress'
          WHEN judged.shut = 'dnc' AND judged.until = 'infinity' THEN 'suppressed' ELSE leads.status END,
        block_code = judged.shut,
        next_attempt_at = CASE WHEN judged.shut IS NULL OR judged.shut = 'dnc' AND judged.until = 'infinity'
          THEN leads.next_attempt_at ELSE judged.until END
      FROM judged WHERE leads.id = judged.id
    )
    SELECT (SELECT count(*)::int FROM judged) AS seen,
      coalesce((SELECT array_agg(id) FROM jobs), '{}') AS dialer_job_ids`,
};

/** Result of a claim that decides when the campaign is claimed from next. */
export interface ClaimLeft {
  /** True: every slot is taken. */
  readonly isFull: boolean;
  /** True: the campaign has as many queued jobs as it may have. */
  readonly isQueueLimited: boolean;
  /** Two times before which nothing can be claimed; null: none. */
  readonly notBefore: readonly (string | null)[];
}

/** Stores when a campaign is claimed from next. @returns true if it is, be it once caller ids or calls are free. */
export async function noteWakeUp(
  sql: Sql,
  campaignId: string,
  { isFull, isQueueLimited, notBefore }: ClaimLeft,
): Promise<boolean> {
  const [row] = await sql.run<{ wakes_up: boolean }>(NOTE_WAKE_UP, [campaignId, isFull, isQueueLimited, ...notBefore]);
  return row?.wakes_up ?? false;
}

/**
 * Stores the next wake-up time. A campaign with every slot taken has none: the next settled call wakes it. At the queue
 * limit, the worker that places the queued jobs claims again. The wake-up after a second is for a worker that dies
 * before.
 */
const NOTE_WAKE_UP = {
  name: 'claim-note-wake-up',
  text: `
    WITH want AS (
      SELECT CASE WHEN $2::boolean THEN NULL WHEN $3::boolean THEN now() + interval '1 second'
        ELSE ${wakeUpAt('$1')} END AS at
    ), next AS (
      SELECT CASE WHEN at IS NOT NULL THEN greatest(at, $4::timestamptz, $5::timestamptz) END AS at FROM want
    ), noted AS (
      UPDATE campaigns k SET wake_at = next.at FROM next WHERE k.id = $1 AND k.wake_at IS DISTINCT FROM next.at
    )
    SELECT at IS NOT NULL AS wakes_up FROM next`,
};
