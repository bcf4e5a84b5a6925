import type { Sql } from '../sql.js';

/**
 * The provider has accepted: `dialing` or `unconfirmed` → `active`. A callback may have been faster; then only what is missing is
 * filled in, and nothing of a call that has ended. One statement, so it may run outside a transaction; running it twice changes nothing.
 * @returns whether the call was given up as lost meanwhile: then it rings and belongs to nobody.
 */
export async function recordAccepted(
  sql: Sql,
  accepted: { dialerJobId: string; providerCallId: string; nextCheckSeconds: number },
): Promise<{ isOrphan: boolean }> {
  const values = [accepted.dialerJobId, accepted.providerCallId, accepted.nextCheckSeconds];
  const [row] = await sql.run<{ is_orphan: boolean }>(ACCEPTED, values);
  return { isOrphan: row?.is_orphan ?? false };
}

const ACCEPTED = {
  name: 'record-accepted',
  text: `
    WITH held AS (
      SELECT id FROM dialer_jobs WHERE id = $1 FOR UPDATE
    ), job AS (
      UPDATE dialer_jobs j SET status = 'active',
        check_at = now() + CASE WHEN j.hangup_requested_at IS NULL THEN $3 ELSE 0 END * interval '1 second'
      FROM held WHERE j.id = held.id AND j.status IN ('dialing', 'unconfirmed')
    ), call AS (
      UPDATE calls SET provider_call_id = $2 FROM held
      WHERE dialer_job_id = held.id AND provider_call_id IS NULL AND status IN ('initiated', 'ringing', 'in_progress')
    )
    SELECT status = 'lost' AS is_orphan FROM calls WHERE dialer_job_id = $1`,
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
 * The provider refused in a way that nothing can have rung and that is not the lead's fault: the attempt never was. The call row and
 * the count go, the job is `canceled`, the lead is due again later. A call of which anything was heard is left alone.
 * @returns whether the attempt was given back.
 */
export async function giveBackAttempt(
  sql: Sql,
  refused: { dialerJobId: string; code: string; pauseSeconds: number },
): Promise<boolean> {
  const rows = await sql.run(GIVE_BACK, [refused.dialerJobId, refused.code, refused.pauseSeconds]);
  return rows.length > 0;
}

const GIVE_BACK = {
  name: 'give-back-attempt',
  text: `
    WITH held AS (
      SELECT j.id FROM dialer_jobs j JOIN calls c ON c.dialer_job_id = j.id
      WHERE j.id = $1 AND j.status IN ('dialing', 'unconfirmed') AND c.status = 'initiated' AND c.provider_call_id IS NULL
      FOR UPDATE OF j, c
    ), job AS (
      UPDATE dialer_jobs j SET status = 'canceled', reason = left($2, 255), check_at = NULL, finished_at = now()
      FROM held WHERE j.id = held.id RETURNING j.id, j.lead_id
    ), call AS (
      DELETE FROM calls USING job WHERE calls.dialer_job_id = job.id
    )
    UPDATE leads SET
      call_attempts = call_attempts - 1,
      last_called_at = (SELECT max(c.started_at) FROM calls c WHERE c.lead_id = leads.id AND c.dialer_job_id <> job.id),
      status = CASE WHEN leads.status = 'in_progress' THEN 'pending' ELSE leads.status END,
      next_attempt_at = now() + $3 * interval '1 second'
    FROM job WHERE leads.id = job.lead_id RETURNING leads.id`,
};
