import {
  CALLED_DIALER_JOB_STATUSES,
  CALLING_DIALER_JOB_STATUSES,
  LIVE_DIALER_JOB_STATUSES,
} from '#rules/attempt/dialer-job-status.js';
import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { hasUnplaced } from '../engine/claim/calling-hours.js';
import { EARLIEST_DUE_IN_AREA } from '../engine/claim/wake-up.js';
import { callerIdsUntil } from '../engine/eligibility/caller-id-pool.js';
import { dayLimitUntil } from '../engine/eligibility/operator-limits.js';
import { COLUMN_DIFFERENCES, TALLY_DIFFERENCES } from './counters.js';
import { sqlList } from '../parts/sql-list.js';

/** A rule that holds at every commit; `text` selects the `id` of each row that breaks it. */
export interface Invariant {
  readonly name: string;
  /** The rule in words. */
  readonly sentence: string;
  readonly text: string;
}

const LIVE_JOB = `status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})`;
const WITH_CALL = [...CALLING_DIALER_JOB_STATUSES, ...CALLED_DIALER_JOB_STATUSES];
const LIVE_CALL = `status IN (${sqlList(LIVE_CALL_STATUSES)})`;
const LIVE_JOBS = `SELECT campaign_id, count(*) AS n FROM dialer_jobs WHERE ${LIVE_JOB} GROUP BY 1`;

export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'one-live-job-per-lead',
    sentence: 'A lead has at most one live dialer job (ids: dialer jobs).',
    text: `SELECT id FROM dialer_jobs WHERE ${LIVE_JOB}
      AND lead_id IN (SELECT lead_id FROM dialer_jobs WHERE ${LIVE_JOB} GROUP BY 1 HAVING count(*) > 1)`,
  },
  {
    name: 'one-live-call-per-number',
    sentence: 'A tenant has at most one live call to a number in each world (ids: calls).',
    text: `SELECT id FROM calls WHERE ${LIVE_CALL} AND (tenant_id, number_key, is_test) IN (
      SELECT tenant_id, number_key, is_test FROM calls WHERE ${LIVE_CALL} GROUP BY 1, 2, 3 HAVING count(*) > 1)`,
  },
  {
    name: 'calls-are-of-their-world',
    sentence: 'A call is a test call if, and only if, its campaign is a test campaign (ids: calls).',
    text: `SELECT c.id FROM calls c JOIN campaigns k ON k.id = c.campaign_id WHERE c.is_test <> k.is_test`,
  },
  {
    name: 'live-jobs-within-slots',
    sentence: 'A campaign has at most max_concurrent_calls live dialer jobs (ids: campaigns).',
    text: `SELECT k.id FROM campaigns k JOIN (${LIVE_JOBS}) j ON j.campaign_id = k.id
      WHERE j.n > k.max_concurrent_calls`,
  },
  {
    name: 'dialed-jobs-have-a-call',
    sentence: 'A dialer job that was committed to be dialed has one call, any other none (ids: dialer jobs).',
    text: `SELECT j.id FROM dialer_jobs j LEFT JOIN (SELECT dialer_job_id, count(*) AS n FROM calls GROUP BY 1) c
      ON c.dialer_job_id = j.id
      WHERE coalesce(c.n, 0) <> CASE WHEN j.status IN (${sqlList(WITH_CALL)}) THEN 1 ELSE 0 END`,
  },
  {
    name: 'attempts-are-calls',
    sentence: 'The attempts of a lead are its calls (ids: leads).',
    text: `SELECT l.id FROM leads l LEFT JOIN (SELECT lead_id, count(*) AS n FROM calls GROUP BY 1) c
      ON c.lead_id = l.id
      WHERE l.call_attempts <> coalesce(c.n, 0)`,
  },
  {
    name: 'attempts-within-cap',
    sentence: 'A lead is called 1 + max_retries times at most, beside the call-backs it asked for (ids: leads).',
    text: `SELECT l.id FROM leads l JOIN campaigns k ON k.id = l.campaign_id
      WHERE l.call_attempts - l.earlier_attempts > 1 + CASE WHEN k.retry_failed THEN k.max_retries ELSE 0 END + (
        SELECT count(*) FROM calls c
        WHERE c.lead_id = l.id AND c.outcome = 'callback_requested' AND c.attempt > l.earlier_attempts)`,
  },
  {
    name: 'in-progress-means-live-job',
    sentence:
      'A lead is in_progress while it has a live dialer job, and at no other time; ' +
      'one that was removed may still be in a call (ids: leads).',
    text: `SELECT DISTINCT l.id FROM leads l LEFT JOIN dialer_jobs j ON j.lead_id = l.id AND j.${LIVE_JOB}
      WHERE (l.status = 'in_progress') <> (j.id IS NOT NULL) AND NOT (l.status = 'removed' AND j.status <> 'queued')`,
  },
  {
    name: 'live-jobs-are-looked-at',
    sentence:
      'A live dialer job says when it is looked at, and that is not 2 minutes past: ' +
      'is a worker running? (ids: dialer jobs)',
    text: `SELECT id FROM dialer_jobs
      WHERE ${LIVE_JOB} AND (check_at IS NULL OR check_at < now() - interval '2 minutes')`,
  },
  {
    name: 'ended-calls-are-concluded',
    sentence: 'The conversation of a call that has ended is complete, or says when that is made up for (ids: calls).',
    text: `SELECT c.id FROM conversations v JOIN calls c ON c.id = v.call_id
      WHERE v.status = 'in_progress' AND v.conclude_at IS NULL AND NOT c.${LIVE_CALL}`,
  },
  {
    name: 'minutes-reserved',
    sentence: 'What is set aside of the minutes of a tenant is what its live calls have set aside (ids: tenants).',
    text: `SELECT t.id FROM tenants t LEFT JOIN (
        SELECT tenant_id, sum(reserved_minutes) FILTER (WHERE ${LIVE_CALL}) AS live, sum(reserved_minutes) AS n
          FROM calls
        WHERE reserved_minutes IS NOT NULL GROUP BY 1) c ON c.tenant_id = t.id
      WHERE (t.minutes_reserved, t.minutes_reserved) <> (coalesce(c.live, 0), coalesce(c.n, 0))`,
  },
  {
    name: 'operator-minutes-reserved',
    sentence:
      "What is set aside of the operator's minutes for a tenant is what its live calls have set aside (ids: tenants).",
    text: `SELECT t.id FROM tenants t LEFT JOIN (
        SELECT tenant_id, sum(operator_reserved_minutes) FILTER (WHERE ${LIVE_CALL}) AS live,
          sum(operator_reserved_minutes) AS n FROM calls
        WHERE operator_reserved_minutes IS NOT NULL GROUP BY 1) c ON c.tenant_id = t.id
      WHERE (t.operator_minutes_reserved, t.operator_minutes_reserved) <> (coalesce(c.live, 0), coalesce(c.n, 0))`,
  },
  {
    name: 'campaign-counters',
    sentence:
      'The counters of a campaign are what counting its rows gives; rebuild-counters repairs them (ids: campaigns).',
    text: `SELECT DISTINCT campaign_id AS id FROM (${COLUMN_DIFFERENCES}) d`,
  },
  {
    name: 'campaign-tallies',
    sentence:
      'The tallies of a campaign are what counting its rows gives; rebuild-counters repairs them (ids: campaigns).',
    text: `SELECT DISTINCT campaign_id AS id FROM (${TALLY_DIFFERENCES}) d`,
  },
  {
    name: 'due-campaigns-wake-up',
    sentence:
      'A running campaign with free slots and due leads in open hours is looked at within a minute (ids: campaigns).',
    text: `SELECT k.id FROM campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i
      LEFT JOIN (${LIVE_JOBS}) j ON j.campaign_id = k.id
      WHERE k.status = 'running' AND ${dayLimitUntil('now()')} IS NULL
        AND (k.wake_at IS NULL OR k.wake_at > now() + interval '1 minute')
        AND coalesce(j.n, 0) < k.max_concurrent_calls AND ${callerIdsUntil('now()')} IS NULL
        AND (${hasUnplaced('k.id')} OR EXISTS (SELECT FROM campaign_hours h
          WHERE h.campaign_id = k.id AND h.opens_at <= now() AND ${EARLIEST_DUE_IN_AREA} <= now()))`,
  },
  {
    name: 'completed-campaigns-are-idle',
    sentence: 'A completed campaign has no live dialer job (ids: campaigns).',
    text: `SELECT k.id FROM campaigns k JOIN (${LIVE_JOBS}) j ON j.campaign_id = k.id WHERE k.status = 'completed'`,
  },
];
