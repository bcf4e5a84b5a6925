import { dialerJobStatusesExcept } from '#rules/attempt/dialer-job-status.js';
import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { failpoint } from '#config/failpoints.js';
import type { FirstWords } from '#rules/first-words/first-words.js';
import { GATES_AT_PLACING, type Gate, type GateOf } from '#rules/gate/gate.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { Person } from '#rules/template/template.js';
import type { Sql } from '../../../connection/sql.js';
import { callsOnDayOf, dayOf, drawCallerIds, type DrawnCallerIds } from '../eligibility/caller-id-pool.js';
import { campaignGates, DECISION, firstShut, GATE_SURROUNDINGS, NOW, untilOf } from '../eligibility/gates.js';
import { OWN_ROUTE, type RouteKey } from './route-key.js';
import { lockNumbersOfJobs } from '../locks/lock-calls.js';
import { lockBudgetsOfJobs, isPaidByOperator, MINUTES_OF_A_CALL } from './minutes-budget.js';
import {
  CALL_LIMIT_GATES,
  callsFree,
  callsToday,
  HAS_CALL_LIMIT,
  limitOf,
  OPERATOR_MINUTES_FREE,
} from '../eligibility/operator-limits.js';
import { sqlList } from '../../parts/sql-list.js';

/** Why a queued job is not to be dialed after all. */
export type DeclineReason = 'not_running' | 'kill_switch' | 'contact_gone' | 'budget' | 'operator_limit' | Gate;

/** A dialer job that is now committed to be dialed, with all that the one request to the provider needs. */
export interface DialingJob extends Person {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly lead_id: string;
  readonly call_id: string;
  /** Attempt to reach the lead, from 1. */
  readonly attempt: number;
  readonly is_test: boolean;
  /** Null: the provider shows its own. */
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

/** A dialer job that stays `queued` until `declineJobs` takes it back. */
export interface DeclinedJob {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly reason: DeclineReason;
}

export interface Beginnings {
  readonly dialing: readonly DialingJob[];
  readonly declined: readonly DeclinedJob[];
}

/** The line that a campaign's calls go over. */
export interface DialingRoute {
  readonly provider: string;
  /**
   * The caller id of calls that neither their campaign nor a pool gives one; null: whatever the provider shows by
   * itself.
   */
  readonly callerId: string | null;
  /** Conversations of its calls come to us. */
  readonly isRelayed?: boolean;
  /** After this long without an answer from the provider the job is looked at as unconfirmed. */
  readonly createTimeoutSeconds: number;
}

export interface BeginDialing {
  /** Attempts of one campaign. */
  readonly dialerJobIds: readonly string[];
  /**
   * Line of the campaign, by its telephony account (null: the line of the environment) and its world. Asked once the
   * campaign is held, and may use `sql` alone.
   */
  readonly route: (key: RouteKey) => Promise<DialingRoute>;
  /** Added to ring timeout and longest conversation: after that the call cannot exist any more. */
  readonly deadlineMarginSeconds: number;
  /** Highest dialing counter that this process knows; a lower one is that of a restored backup. */
  readonly leastCounter: string;
}

/** The database is an earlier state of the one that this process knows: nothing was committed. */
export class DatabaseRestoredError extends Error {
  override readonly name = 'DatabaseRestoredError';
}

/**
 * The commit before the one request: `queued` → `dialing` by compare-and-set, the call row, the attempt counted. Must
 * run in a transaction of its own, committed before the provider is asked.
 *
 * Safe because (1) only one caller ever sees the job `queued`, whoever delivers it and how often; (2) the campaign row
 * is read FOR KEY SHARE first, so a pause either waits for this commit or is seen by it; (3) the unique index on live
 * calls per tenant, number and world decides between two campaigns that call one person; (4) its numbers are held
 * first, so that whatever forbids them has either been seen or waits; (5) its tenant's budget and the operator's
 * limits, if there are any, are held as well, and let no more calls be placed than they carry; (6) so are the numbers
 * that it may come from, and their caps; (7) the dialing counter is no lower than this process knows it, so that
 * nothing is placed in a backup that a pooler has put behind this connection. What may not be dialed is only told: to
 * take it back frees a slot, which wants the campaign's lock.
 * @throws DatabaseRestoredError
 */
export async function beginDialing(sql: Sql, { dialerJobIds, ...terms }: BeginDialing): Promise<Beginnings> {
  await lockNumbersOfJobs(sql, dialerJobIds);
  const budgets = await lockBudgetsOfJobs(sql, dialerJobIds);
  const [campaign] = await sql.run<Fenced>(FENCE, [dialerJobIds, terms.leastCounter]);
  if (campaign?.is_earlier) throw new DatabaseRestoredError('The dialing counter is lower than it was.');
  const route = await terms.route(campaign ?? OWN_ROUTE);
  const drawn = await drawCallerIds(sql, dialerJobIds);
  const { provider, createTimeoutSeconds, callerId, isRelayed = false } = route;
  const limits = [provider, createTimeoutSeconds, terms.deadlineMarginSeconds, budgets];
  const numbers = drawn && JSON.stringify(Object.fromEntries(drawn.numbers));
  const dialing = await sql.run<DialingJob>(BEGIN, [dialerJobIds, ...limits, callerId, numbers, isRelayed]);
  const declined = dialing.length < dialerJobIds.length ? await decline(sql, dialerJobIds, { drawn, isRelayed }) : [];
  await failpoint('place.begun');
  return { dialing, declined };
}

function decline(
  sql: Sql,
  dialerJobIds: readonly string[],
  { drawn, isRelayed }: { drawn: DrawnCallerIds | null; isRelayed: boolean },
): Promise<DeclinedJob[]> {
  const numberless = [...(drawn?.numbers ?? [])].filter(([, number]) => number === null).map(([id]) => id);
  return sql.run<DeclinedJob>(DECLINED, [dialerJobIds, numberless, drawn?.reason, isRelayed]);
}

interface Fenced extends RouteKey {
  readonly is_earlier: boolean;
}

/**
 * FOR KEY SHARE waits for whoever changes the status (FOR UPDATE), and not for claims and settles of the same campaign.
 */
const FENCE = {
  name: 'begin-dialing-fence',
  text: `
    SELECT telephony_account_id, is_test, (SELECT n < $2::bigint FROM dialing_counter) AS is_earlier FROM campaigns
      WHERE id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))
    ORDER BY id FOR KEY SHARE`,
};

/** Why a queued job may not be dialed; null when it may, as far as its own campaign and lead are concerned. */
const REASON = `
  CASE
    WHEN k.status <> 'running' OR k.end_at <= ${NOW} THEN 'not_running'
    WHEN t.dialing_halted_at IS NOT NULL OR EXISTS (SELECT FROM installation WHERE dialing_halted_at IS NOT NULL) THEN 'kill_switch'
    WHEN l.status <> 'in_progress' THEN 'contact_gone'
    ELSE ${firstShut(GATES_AT_PLACING)}
  END`;

/** Said as what it is not, so that jobs are asked for by id and not found by walking the index of all live ones. */
const IS_QUEUED = `j.status NOT IN (${sqlList(dialerJobStatusesExcept('queued'))})`;

const JOB_AND_SURROUNDINGS = `dialer_jobs j JOIN leads l ON l.id = j.lead_id ${GATE_SURROUNDINGS}`;

/**
 * Room left for the tenants that are held, reckoned once and not for each job. A limit or budget that was set since
 * they were held carries nothing yet: the job is taken back, and next time its tenant is held.
 */
const CAPACITY = `
  room AS MATERIALIZED (
    SELECT t.id AS tenant_id, t.minutes_remaining - t.minutes_reserved AS minutes, ${OPERATOR_MINUTES_FREE} AS operator_minutes,
      ${callsFree(NOW)} AS calls
    FROM tenants t CROSS JOIN installation i WHERE t.id = ANY($5::text[])
  )`;

/** Minutes that a call of job j sets aside, and the minutes that are free for it. */
const MINUTES = `
  CASE WHEN t.minutes_remaining IS NOT NULL AND NOT k.is_test THEN ${MINUTES_OF_A_CALL} END AS minutes,
  CASE WHEN ${limitOf('minutes')} IS NOT NULL AND ${isPaidByOperator('$8::boolean')} THEN ${MINUTES_OF_A_CALL} END AS operator_minutes,
  coalesce(room.minutes, 0) AS minutes_free, coalesce(room.operator_minutes, 0) AS operator_minutes_free,
  CASE WHEN ${HAS_CALL_LIMIT} AND NOT k.is_test THEN coalesce(room.calls, 0) END AS calls_free`;

/** Unique indexes that decide a gate when the call is committed. `ON CONFLICT` takes one: a second needs a statement. */
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

/**
 * What was inserted is joined to tables by their keys: two CTEs, of which PostgreSQL expects one row each, it would
 * join by nested loops.
 */
const BEGIN = {
  name: 'begin-dialing',
  text: `
    WITH ${CAPACITY}, job AS (
      SELECT j.id, j.tenant_id, j.campaign_id, j.lead_id, j.phone_number, l.number_key, l.call_attempts,
        k.telephony_account_id, k.is_test,
        coalesce($7::jsonb ->> j.id::text, k.from_number, $6::varchar) AS from_number, ${DECISION} AS decision, ${REASON} AS reason, ${MINUTES}
      FROM ${JOB_AND_SURROUNDINGS} LEFT JOIN room ON room.tenant_id = t.id
      WHERE j.id = ANY($1::uuid[]) AND ${IS_QUEUED} AND ($7::jsonb IS NULL OR $7::jsonb ->> j.id::text IS NOT NULL)
      ORDER BY j.id FOR UPDATE OF j, l
    ), allowed AS (
      SELECT job.*, sum(minutes) OVER one_by_one AS minutes_wanted, sum(operator_minutes) OVER one_by_one AS operator_minutes_wanted,
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
      FROM (SELECT tenant_id, telephony_account_id, from_number, count(*) AS calls FROM call WHERE $7::jsonb IS NOT NULL GROUP BY 1, 2, 3) s
      WHERE n.tenant_id = s.tenant_id AND n.telephony_account_id IS NOT DISTINCT FROM s.telephony_account_id AND n.phone_number = s.from_number
    ), budget AS (
      UPDATE tenants t SET minutes_reserved = t.minutes_reserved + s.minutes,
        operator_minutes_reserved = t.operator_minutes_reserved + s.operator_minutes,
        operator_calls_on = greatest(t.operator_calls_on, ${dayOf(NOW)}), operator_calls = s.calls + ${callsToday(NOW)}
      FROM (SELECT tenant_id, coalesce(sum(reserved_minutes), 0) AS minutes, coalesce(sum(operator_reserved_minutes), 0) AS operator_minutes,
          count(*) AS calls FROM call WHERE tenant_id = ANY($5::text[]) AND NOT is_test GROUP BY 1) s
      WHERE t.id = s.tenant_id
    ), dialing AS (
      UPDATE dialer_jobs j SET
        status = 'dialing', dialing_at = call.started_at, check_at = ${NOW} + $3 * interval '1 second',
        deadline_at = ${NOW} + (k.ring_timeout_seconds + k.max_call_seconds + $4) * interval '1 second'
      FROM call JOIN campaigns k ON k.id = call.campaign_id WHERE j.id = call.dialer_job_id
    ), lead AS (
      UPDATE leads l SET call_attempts = l.call_attempts + 1, last_called_at = call.started_at FROM call WHERE l.id = call.lead_id
    )
    SELECT call.dialer_job_id, call.campaign_id, call.lead_id, call.id AS call_id, call.phone_number, call.from_number, call.started_at AS placed_at,
      call.attempt, call.is_test,
      l.first_name, l.last_name, l.email, coalesce(l.custom_fields, '{}') AS custom_fields, k.system_prompt, k.voice_id, k.first_message,
      call.decision -> 'first_words' AS first_words,
      k.language, k.record_calls, k.voicemail_action, k.ring_timeout_seconds, k.max_call_seconds
    FROM call JOIN leads l ON l.id = call.lead_id JOIN campaigns k ON k.id = call.campaign_id`,
};

/**
 * Jobs that are still queued after that: their own reason, or a limit, the budget or the unique index on live calls to
 * a number has decided against them.
 */
const DECIDED_AGAINST = `
  CASE WHEN ${untilOf('number_busy')} IS NOT NULL THEN 'number_busy'
    ${CALL_LIMIT_GATES.map((gate) => `WHEN ${untilOf(gate)} IS NOT NULL THEN '${gate}'`).join('\n    ')}
    WHEN ${isPaidByOperator('$4::boolean')} AND ${OPERATOR_MINUTES_FREE} < ${MINUTES_OF_A_CALL} THEN 'operator_limit'
    WHEN k.is_test THEN 'number_busy'
    WHEN t.minutes_remaining IS NOT NULL THEN 'budget'
    WHEN ${HAS_CALL_LIMIT} THEN 'operator_concurrent_calls' ELSE 'number_busy' END`;

const DECLINED = {
  name: 'begin-dialing-declined',
  text: `
    WITH ${campaignGates('k.id = ANY(ARRAY(SELECT campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])))')}
    SELECT j.id AS dialer_job_id, j.campaign_id, coalesce(${REASON}, CASE WHEN j.id = ANY($2::uuid[]) THEN $3::text END, ${DECIDED_AGAINST}) AS reason FROM ${JOB_AND_SURROUNDINGS}
    WHERE j.id = ANY($1::uuid[]) AND ${IS_QUEUED}`,
};
