import { CALLING_DIALER_JOB_STATUSES, UNACCEPTED_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { Sql } from '../../../connection/sql.js';
import { dayOf, IS_COUNTED_WITH, lockCallerIdOfCall } from '../eligibility/caller-id-pool.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * Refunds an attempt that the provider rejected before anything rang, for a reason that is not the lead's.
 *
 * 1. Lock the job and its call, if no report of the call has come. An accepted call counts only with `isAccepted`, when
 *    the provider itself reports the rejection.
 * 2. Cancel the job and delete the call.
 * 3. Take the call off the day's counts of its caller id and tenant, and free the reserved minutes.
 * 4. Take the attempt off the lead, which is due again after the pause.
 * @returns true if the attempt was refunded.
 */
export async function refundAttempt(
  sql: Sql,
  refused: {
    dialerJobId: string;
    code: string;
    pauseSeconds: number;
    isAccepted: boolean;
    /** Tenants whose budgets and limits the caller has locked. */
    tenantIds: readonly string[];
  },
): Promise<boolean> {
  await lockCallerIdOfCall(sql, refused.dialerJobId);
  const { dialerJobId, code, pauseSeconds, isAccepted, tenantIds } = refused;
  const rows = await sql.run(REFUND, [dialerJobId, code, pauseSeconds, isAccepted, tenantIds]);
  return rows.length > 0;
}

const REFUND = {
  name: 'refund-attempt',
  text: `
    WITH locked AS (
      SELECT j.id FROM dialer_jobs j JOIN calls c ON c.dialer_job_id = j.id
      WHERE j.id = $1 AND c.status = 'initiated'
        AND CASE WHEN $4::boolean THEN j.status IN (${sqlList(CALLING_DIALER_JOB_STATUSES)})
          ELSE j.status IN (${sqlList(UNACCEPTED_DIALER_JOB_STATUSES)}) AND c.provider_call_id IS NULL END
      FOR UPDATE OF j, c
    ), job AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = left($2, 255), check_at = NULL, finished_at = now()
      FROM locked WHERE j.id = locked.id RETURNING j.id, j.lead_id
    ), call AS (
      DELETE FROM calls USING job WHERE calls.dialer_job_id = job.id RETURNING calls.is_test, calls.tenant_id,
        calls.reserved_minutes,
        calls.operator_reserved_minutes, calls.telephony_account_id, calls.from_number, calls.started_at
    ), used AS (
      UPDATE caller_ids n SET used_calls = n.used_calls - 1 FROM call c WHERE ${IS_COUNTED_WITH}
    ), budget AS (
      UPDATE tenants t SET minutes_reserved = t.minutes_reserved - coalesce(call.reserved_minutes, 0),
        operator_minutes_reserved = t.operator_minutes_reserved - coalesce(call.operator_reserved_minutes, 0),
        operator_calls = CASE WHEN t.operator_calls_on = ${dayOf('call.started_at')}
          THEN greatest(0, t.operator_calls - 1) ELSE t.operator_calls END
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
