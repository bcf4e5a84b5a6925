import { dialerJobStatusesExcept } from '#rules/attempt/dialer-job-status.js';
import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import type { FirstWords } from '#rules/first-words/first-words.js';
import { GATES_AT_PLACING, type Gate, type GateOf } from '#rules/gate/gate.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { Person } from '#rules/template/template.js';
import type { Sql } from '../../../connection/sql.js';
import { callsOnDayOf, dayOf } from '../eligibility/caller-id-pool.js';
import { campaignGates, DECISION, firstShut, GATE_SURROUNDINGS, NOW, untilOf } from '../eligibility/gates.js';
import type { RouteKey } from './route-key.js';
import { isPaidByOperator, MINUTES_OF_A_CALL } from './minutes-budget.js';
import {
  CALL_LIMIT_GATES,
  callsFree,
  callsToday,
  HAS_CALL_LIMIT,
  limitOf,
  OPERATOR_MINUTES_FREE,
} from '../eligibility/operator-limits.js';
import { sqlList } from '../../parts/sql-list.js';

/** Reason for which a queued job is not dialed. */
export type DeclineReason = 'not_running' | 'kill_switch' | 'contact_gone' | 'budget' | 'operator_limit' | Gate;

/** A dialer job that is committed to be dialed, with all that the one request to the provider needs. */
export interface DialingJob extends Person {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly lead_id: string;
  readonly call_id: string;
  /** Number of the attempt to reach the lead, from 1. */
  readonly attempt: number;
  readonly is_test: boolean;
  /** Null: the provider shows its own number. */
  readonly from_number: string | null;
  readonly placed_at: Date;
  readonly system_prompt: string;
  readonly voice_id: string;
  readonly first_message: string | null;
  readonly first_words: FirstWords;
  readonly language: string | null;
  readonly record_calls: boolean;
  readonly voicemail_action: VoicemailAction;
  readonly ring_timeout_seconds: number;
  readonly max_call_seconds: number;
}

/** A dialer job that stays `queued` until `declineJobs` cancels or skips it. */
export interface DeclinedJob {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly reason: DeclineReason;
}

/** Key of a campaign's route, and true if the dialing counter of the database is lower than it was. */
export interface FencedCampaign extends RouteKey {
  readonly is_earlier: boolean;
}

/**
 * Locks the campaign of these jobs for the placing.
 * @returns undefined if none of the jobs exists.
 */
export async function lockForPlacing(
  sql: Sql,
  { dialerJobIds, leastCounter }: { dialerJobIds: readonly string[]; leastCounter: string },
): Promise<FencedCampaign | undefined> {
  const [campaign] = await sql.run<FencedCampaign>(FENCE, [dialerJobIds, leastCounter]);
  return campaign;
}

/**
 * Locks the campaign FOR KEY SHARE, which waits for a change of the status (FOR UPDATE). Claims and settlements of the
 * campaign do not block it.
 */
const FENCE = {
  name: 'begin-dialing-fence',
  text: `
    SELECT telephony_account_id, is_test, (SELECT n < $2::bigint FROM dialing_counter) AS is_earlier FROM campaigns
      WHERE id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
    ORDER BY id FOR KEY SHARE`,
};

/** Reason for which a queued job is not dialed; null if its own campaign and lead allow it. */
const REASON = `
  CASE
    WHEN k.status <> 'running' OR k.end_at <= ${NOW} THEN 'not_running'
    WHEN t.dialing_halted_at IS NOT NULL OR EXISTS (SELECT FROM installation WHERE dialing_halted_at IS NOT NULL)
      THEN 'kill_switch'
    WHEN l.status <> 'in_progress' THEN 'contact_gone'
    ELSE ${firstShut(GATES_AT_PLACING)}
  END`;

/** `NOT IN`, because with `IN` PostgreSQL scans the partial index of live jobs instead of the primary key. */
const IS_QUEUED = `j.status NOT IN (${sqlList(dialerJobStatusesExcept('queued'))})`;

const JOB_AND_SURROUNDINGS = `dialer_jobs j JOIN leads l ON l.id = j.lead_id ${GATE_SURROUNDINGS}`;

/**
 * Computes what is left for each locked tenant, once and not for each job. A tenant whose limit or budget was set after
 * the lock has none left yet. Its job is declined, and the next attempt locks the tenant.
 */
const CAPACITY = `
  capacity AS MATERIALIZED (
    SELECT t.id AS tenant_id, t.minutes_remaining - t.minutes_reserved AS minutes,
      ${OPERATOR_MINUTES_FREE} AS operator_minutes,
      ${callsFree(NOW)} AS calls
    FROM tenants t CROSS JOIN installation i WHERE t.id = ANY($5::text[])
  )`;

/** Minutes that a call of job j reserves, and the minutes that are free for it. */
const MINUTES = `
  CASE WHEN t.minutes_remaining IS NOT NULL AND NOT k.is_test THEN ${MINUTES_OF_A_CALL} END AS minutes,
  CASE WHEN ${limitOf('minutes')} IS NOT NULL AND ${isPaidByOperator('$8::boolean')}
    THEN ${MINUTES_OF_A_CALL} END AS operator_minutes,
  coalesce(capacity.minutes, 0) AS minutes_free, coalesce(capacity.operator_minutes, 0) AS operator_minutes_free,
  CASE WHEN ${HAS_CALL_LIMIT} AND NOT k.is_test THEN coalesce(capacity.calls, 0) END AS calls_free`;

/** Unique indexes that decide a gate when the call is committed. `ON CONFLICT` names one, so a second needs its own. */
const LIVE_CALL_INDEX: Readonly<
  Record<GateOf<'live_call_index'>, { readonly columns: string; readonly rows: string }>
> = {
  number_busy: {
    columns: 'tenant_id, number_key, is_test',
    rows: `status IN (${sqlList(LIVE_CALL_STATUSES)})`,
  },
};

const NUMBER_IN_CALL = Object.values(LIVE_CALL_INDEX)
  .map(({ columns, rows }) => `ON CONFLICT (${columns}) WHERE ${rows} DO NOTHING`)
  .join('\n');

/** Terms on which calls are committed. */
export interface CallTerms {
  readonly dialerJobIds: readonly string[];
  readonly provider: string;
  readonly createTimeoutSeconds: number;
  readonly deadlineMarginSeconds: number;
  /** Tenants whose budgets and limits the caller has locked. */
  readonly tenantIds: readonly string[];
  /** Caller id of calls without another; null: the provider shows its own. */
  readonly callerId: string | null;
  /** Caller id that was drawn for each job, null if none is free; null: the campaign has no pool. */
  readonly numbers: ReadonlyMap<string, string | null> | null;
  readonly isRelayed: boolean;
}

/**
 * Commits the calls of queued jobs that may be dialed, in one statement.
 *
 * 1. Lock the jobs that are queued, with their leads, and ask the gates of each.
 * 2. Leave out jobs that exceed what is left of the budgets and limits.
 * 3. Insert the calls. The unique index on live calls leaves out numbers that are in a call.
 * 4. Count the calls with caller ids and tenants, and reserve minutes.
 * 5. Move the jobs from `queued` to `dialing`, and count the attempts of the leads.
 * @returns the jobs with a call; the others stay queued.
 */
export function insertCalls(sql: Sql, { dialerJobIds, ...terms }: CallTerms): Promise<DialingJob[]> {
  const { provider, createTimeoutSeconds, deadlineMarginSeconds, tenantIds, callerId, isRelayed } = terms;
  const limits = [provider, createTimeoutSeconds, deadlineMarginSeconds, tenantIds];
  const numbers = terms.numbers && JSON.stringify(Object.fromEntries(terms.numbers));
  return sql.run<DialingJob>(BEGIN, [dialerJobIds, ...limits, callerId, numbers, isRelayed]);
}

/**
 * Joins the inserted calls to tables by key. PostgreSQL expects one row of each CTE, and would join two CTEs by nested
 * loops.
 */
const BEGIN = {
  name: 'begin-dialing',
  text: `
    WITH ${CAPACITY}, job AS (
      SELECT j.id, j.tenant_id, j.campaign_id, j.lead_id, j.phone_number, l.number_key, l.call_attempts,
        k.telephony_account_id, k.is_test,
        coalesce($7::jsonb ->> j.id::text, k.from_number, $6::varchar) AS from_number, ${DECISION} AS decision,
        ${REASON} AS reason, ${MINUTES}
      FROM ${JOB_AND_SURROUNDINGS} LEFT JOIN capacity ON capacity.tenant_id = t.id
      WHERE j.id = ANY($1::uuid[]) AND ${IS_QUEUED} AND ($7::jsonb IS NULL OR $7::jsonb ->> j.id::text IS NOT NULL)
      ORDER BY j.id FOR UPDATE OF j, l
    ), allowed AS (
      SELECT job.*, sum(minutes) OVER one_by_one AS minutes_wanted,
        sum(operator_minutes) OVER one_by_one AS operator_minutes_wanted,
        row_number() OVER one_by_one AS calls_wanted
      FROM job WHERE reason IS NULL WINDOW one_by_one AS (PARTITION BY tenant_id ORDER BY id)
    ), call AS (
      INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, provider,
        started_at, decision, reserved_minutes,
        operator_reserved_minutes, telephony_account_id, from_number, is_relayed, is_test)
      SELECT tenant_id, campaign_id, lead_id, id, call_attempts + 1, phone_number, number_key, $2, ${NOW}, decision,
        minutes,
        operator_minutes, telephony_account_id, from_number, $8, is_test FROM allowed
      WHERE (minutes IS NULL OR minutes_wanted <= minutes_free)
        AND (operator_minutes IS NULL OR operator_minutes_wanted <= operator_minutes_free)
        AND (calls_free IS NULL OR calls_wanted <= calls_free)
      ORDER BY tenant_id, number_key
      ${NUMBER_IN_CALL}
      RETURNING id, tenant_id, dialer_job_id, campaign_id, lead_id, phone_number, started_at, reserved_minutes,
        operator_reserved_minutes, telephony_account_id, from_number, decision, attempt, is_test
    ), used AS (
      UPDATE caller_ids n SET used_on = greatest(n.used_on, ${dayOf(NOW)}), used_calls = s.calls + ${callsOnDayOf(NOW)}
      FROM (SELECT tenant_id, telephony_account_id, from_number, count(*) AS calls FROM call
        WHERE $7::jsonb IS NOT NULL GROUP BY 1, 2, 3) s
      WHERE n.tenant_id = s.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM s.telephony_account_id
        AND n.phone_number = s.from_number
    ), budget AS (
      UPDATE tenants t SET minutes_reserved = t.minutes_reserved + s.minutes,
        operator_minutes_reserved = t.operator_minutes_reserved + s.operator_minutes,
        operator_calls_on = greatest(t.operator_calls_on, ${dayOf(NOW)}), operator_calls = s.calls + ${callsToday(NOW)}
      FROM (SELECT tenant_id, coalesce(sum(reserved_minutes), 0) AS minutes,
        coalesce(sum(operator_reserved_minutes), 0) AS operator_minutes,
          count(*) AS calls FROM call WHERE tenant_id = ANY($5::text[]) AND NOT is_test GROUP BY 1) s
      WHERE t.id = s.tenant_id
    ), dialing AS (
      UPDATE dialer_jobs j SET
        status = 'dialing', dialing_at = call.started_at, check_at = ${NOW} + $3 * interval '1 second',
        deadline_at = ${NOW} + (k.ring_timeout_seconds + k.max_call_seconds + $4) * interval '1 second'
      FROM call JOIN campaigns k ON k.id = call.campaign_id WHERE j.id = call.dialer_job_id
    ), lead AS (
      UPDATE leads l SET call_attempts = l.call_attempts + 1, last_called_at = call.started_at FROM call
        WHERE l.id = call.lead_id
    )
    SELECT call.dialer_job_id, call.campaign_id, call.lead_id, call.id AS call_id, call.phone_number, call.from_number,
      call.started_at AS placed_at,
      call.attempt, call.is_test,
      l.first_name, l.last_name, l.email, coalesce(l.custom_fields, '{}') AS custom_fields, k.system_prompt,
        k.voice_id, k.first_message,
      call.decision -> 'first_words' AS first_words,
      k.language, k.record_calls, k.voicemail_action, k.ring_timeout_seconds, k.max_call_seconds
    FROM call JOIN leads l ON l.id = call.lead_id JOIN campaigns k ON k.id = call.campaign_id`,
};

/** Reason for which `BEGIN` left a job queued: its own, a limit, the budget or the index on live calls. */
const DECIDED_AGAINST = `
  CASE WHEN ${untilOf('number_busy')} IS NOT NULL THEN 'number_busy'
    ${CALL_LIMIT_GATES.map((gate) => `WHEN ${untilOf(gate)} IS NOT NULL THEN '${gate}'`).join('\n    ')}
    WHEN ${isPaidByOperator('$4::boolean')} AND ${OPERATOR_MINUTES_FREE} < ${MINUTES_OF_A_CALL} THEN 'operator_limit'
    WHEN k.is_test THEN 'number_busy'
    WHEN t.minutes_remaining IS NOT NULL THEN 'budget'
    WHEN ${HAS_CALL_LIMIT} THEN 'operator_concurrent_calls' ELSE 'number_busy' END`;

/** Jobs that were not dialed, with what is known of them. */
export interface UndialedJobs {
  readonly dialerJobIds: readonly string[];
  /** Jobs for which no caller id was free. */
  readonly numberlessIds: readonly string[];
  /** Gate that is shut for jobs without a caller id; undefined: the campaign has no pool. */
  readonly numberlessReason: Gate | undefined;
  readonly isRelayed: boolean;
}

/** Returns those of these jobs that are still queued, with the reason for which they are not dialed. */
export function undialedJobs(
  sql: Sql,
  { dialerJobIds, numberlessIds, numberlessReason, isRelayed }: UndialedJobs,
): Promise<DeclinedJob[]> {
  return sql.run<DeclinedJob>(DECLINED, [dialerJobIds, numberlessIds, numberlessReason, isRelayed]);
}

const DECLINED = {
  name: 'begin-dialing-declined',
  text: `
    WITH ${campaignGates('k.id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))')}
    SELECT j.id AS dialer_job_id, j.campaign_id,
      coalesce(${REASON}, CASE WHEN j.id = ANY($2::uuid[]) THEN $3::text END, ${DECIDED_AGAINST}) AS reason
    FROM ${JOB_AND_SURROUNDINGS}
    WHERE j.id = ANY($1::uuid[]) AND ${IS_QUEUED}`,
};
