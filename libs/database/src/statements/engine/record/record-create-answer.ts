import { dialerJobStatusesExcept } from '#rules/attempt/dialer-job-status.js';
import { REPORTED_FINAL_CALL_STATUSES } from '#rules/call/call-status.js';
import type { Sql } from '../../../connection/sql.js';
import { dayOf, lockCallerIdOfCall, IS_COUNTED_WITH } from '../eligibility/caller-id-pool.js';
import { sqlList } from '../../parts/sql-list.js';

/** The provider has answered that it has the call. */
export interface AcceptedCall {
  readonly dialer_job_id: string;
  readonly provider_call_id: string;
  /** When it is looked up, should nothing be heard of it. */
  readonly next_check_seconds: number;
}

/**
 * The provider has accepted: `dialing` or `unconfirmed` → `active`. A callback may have been faster; then only what is
 * missing is filled in, and of a call that has ended nothing; one that was given up meanwhile gets its id, and is hung
 * up by the sweeper. One statement, so it may run outside a transaction; running it twice changes nothing.
 * @returns the jobs whose calls were given up as lost meanwhile: those ring and belong to nobody.
 */
export async function recordAccepted(sql: Sql, calls: readonly AcceptedCall[]): Promise<Set<string>> {
  const orphans = await sql.run<{ dialer_job_id: string }>(ACCEPTED, [JSON.stringify(calls)]);
  return new Set(orphans.map(({ dialer_job_id }) => dialer_job_id));
}

/**
 * Statuses are said as what they are not, so that rows are asked for by id and not found by walking the index of all
 * live ones.
 */
const ACCEPTED = {
  name: 'record-accepted',
  text: `
    WITH held AS (
      SELECT j.id, a.provider_call_id, a.next_check_seconds
      FROM jsonb_to_recordset($1::jsonb) AS a (dialer_job_id uuid, provider_call_id text, next_check_seconds int) JOIN dialer_jobs j ON j.id = a.dialer_job_id
      ORDER BY j.id FOR UPDATE OF j
    ), job AS (
      UPDATE dialer_jobs j SET status = 'active',
        check_at = now() + CASE WHEN j.hangup_requested_at IS NULL THEN held.next_check_seconds ELSE 0 END * interval '1 second'
      FROM held WHERE j.id = held.id AND j.status NOT IN (${sqlList(dialerJobStatusesExcept('dialing', 'unconfirmed'))})
    ), call AS (
      UPDATE calls c SET provider_call_id = coalesce(c.provider_call_id, held.provider_call_id) FROM held
      WHERE c.dialer_job_id = held.id
        AND c.status NOT IN (${sqlList(REPORTED_FINAL_CALL_STATUSES)})
    ), orphan AS (
      SELECT c.id, c.dialer_job_id FROM held JOIN calls c ON c.dialer_job_id = held.id WHERE c.status = 'lost'
    ), alive AS (
      INSERT INTO given_up_calls (call_id, wants_hangup, due_at) SELECT id, true, now() FROM orphan
      ON CONFLICT (call_id) DO UPDATE SET wants_hangup = true, looks = 0, due_at = now()
    )
    SELECT dialer_job_id FROM orphan`,
};

/** Nobody knows whether the provider acted: `dialing` → `unconfirmed`, to be looked for, never to be dialed again. */
export async function recordUnconfirmed(
  sql: Sql,
  unconfirmed: { dialerJobId: string; cause: string; firstLookupSeconds: number },
): Promise<void> {
  await sql.run(UNCONFIRMED, [unconfirmed.dialerJobId, unconfirmed.cause, unconfirmed.firstLookupSeconds]);
}

const UNCONFIRMED = {
  name: 'record-unconfirmed',
  text: `
    UPDATE dialer_jobs SET status = 'unconfirmed', reason = left($2, 255), lookups = 0, check_at = now() + $3 * interval '1 second'
    WHERE id = $1 AND status = 'dialing'`,
};

/**
 * The provider refused in a way that nothing can have rung and that is not the lead's fault: the attempt never was. The
 * call row and the count go, what it had set aside of its tenant's minutes (held by the caller) is free, the tenant and
 * the number that it came from have one call less that day, the job is `canceled`, the lead is due again later. A call
 * of which anything was heard is left alone, one that was accepted too, unless it is the provider that says so
 * (`isAccepted`).
 * @returns whether the attempt was given back.
 */
export async function giveBackAttempt(
  sql: Sql,
  refused: {
    dialerJobId: string;
    code: string;
    pauseSeconds: number;
    isAccepted: boolean;
    /** Tenants whose budgets and limits are held. */
    tenantIds: readonly string[];
  },
): Promise<boolean> {
  await lockCallerIdOfCall(sql, refused.dialerJobId);
  const { dialerJobId, code, pauseSeconds, isAccepted, tenantIds } = refused;
  const rows = await sql.run(GIVE_BACK, [dialerJobId, code, pauseSeconds, isAccepted, tenantIds]);
  return rows.length > 0;
}

const GIVE_BACK = {
  name: 'give-back-attempt',
  text: `
    WITH held AS (
      SELECT j.id FROM dialer_jobs j JOIN calls c ON c.dialer_job_id = j.id
      WHERE j.id = $1 AND c.status = 'initiated'
        AND CASE WHEN $4::boolean THEN j.status IN ('dialing', 'unconfirmed', 'active')
          ELSE j.status IN ('dialing', 'unconfirmed') AND c.provider_call_id IS NULL END
      FOR UPDATE OF j, c
    ), job AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = left($2, 255), check_at = NULL, finished_at = now()
      FROM held WHERE j.id = held.id RETURNING j.id, j.lead_id
    ), call AS (
      DELETE FROM calls USING job WHERE calls.dialer_job_id = job.id RETURNING calls.is_test, calls.tenant_id,
        calls.reserved_minutes,
        calls.operator_reserved_minutes, calls.telephony_account_id, calls.from_number, calls.started_at
    ), used AS (
      UPDATE caller_ids n SET used_calls = n.used_calls - 1 FROM call c WHERE ${IS_COUNTED_WITH}
    ), budget AS (
      UPDATE tenants t SET minutes_reserved = t.minutes_reserved - coalesce(call.reserved_minutes, 0),
        operator_minutes_reserved = t.operator_minutes_reserved - coalesce(call.operator_reserved_minutes, 0),
        operator_calls = CASE WHEN t.operator_calls_on = ${dayOf('call.started_at')} THEN greatest(0, t.operator_calls - 1) ELSE t.operator_calls END
      FROM call WHERE t.id = call.tenant_id AND NOT call.is_test
        AND (t.id = ANY($5::text[]) OR call.reserved_minutes IS NOT NULL OR call.operator_reserved_minutes IS NOT NULL)
    )
    UPDATE leads SET
      call_attempts = call_attempts - 1,
      last_called_at = (SELECT max(c.started_at) FROM calls c WHERE c.lead_id = leads.id AND c.dialer_job_id <> job.id),
      status = CASE WHEN leads.status = 'in_progress' THEN 'pending' ELSE leads.status END,
      next_attempt_at = now() + $3 * interval '1 second',
      retry_at = greatest(retry_at, now() + $3 * interval '1 second')
    FROM job WHERE leads.id = job.lead_id RETURNING leads.id`,
};
