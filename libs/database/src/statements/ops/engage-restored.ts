import type { RestoreSign } from '#rules/restore/restore-signs.js';
import type { Sql } from '../../connection/sql.js';
import { INSTALLATION, recordAct } from '../audit/audit-log.js';
import { setCampaignStatus, withdrawQueuedJobs } from '../campaigns/pause-campaign.js';
import { lockCampaignsIn } from '../campaigns/kill-switch.js';

/** Reason of the installation's kill switch after a restore. */
export const DATABASE_RESTORED = 'database_restored';

export interface FoundRestored {
  readonly signs: readonly RestoreSign[];
  /** Acceptance that the database had when the signs were found; null: none. */
  readonly acceptanceId: string | null;
}

/**
 * Engages the installation's kill switch because the database was restored from a backup. Runs in a transaction.
 *
 * 1. Mark the installation as restored and halted, unless an operator has released it since the signs were found.
 * 2. Pause the campaigns that run in the backup and withdraw their queued jobs, unless another process has done so.
 * 3. Write it to the audit log.
 *
 * Any number of processes may run this at once. They lock the installation's row first, and only the first process
 * finds it unmarked. A kill switch that an operator engaged keeps its reason.
 * @returns `accepted` if an operator has released the database meanwhile; it must be judged again.
 */
export async function engageRestored(sql: Sql, found: FoundRestored): Promise<'engaged' | 'known' | 'accepted'> {
  const [marked] = await sql.run<{ was_known: boolean }>(MARK, [
    DATABASE_RESTORED,
    JSON.stringify(found.signs),
    found.acceptanceId,
  ]);
  if (!marked) return 'accepted';
  if (marked.was_known) return 'known';
  const running = await lockCampaignsIn(sql, { tenantId: null, status: 'running', reason: null });
  for (const campaignId of running) {
    await setCampaignStatus(sql, { campaignId, status: 'paused', reason: 'kill_switch' });
    await withdrawQueuedJobs(sql, { campaignId, reason: 'kill_switch' });
  }
  const detail = { reason: DATABASE_RESTORED, signs: found.signs, paused_campaigns: running.length };
  await recordAct(sql, INSTALLATION, { action: 'kill_switch.engage', subject: null, detail });
  return 'engaged';
}

const MARK = {
  name: 'mark-restored',
  text: `
    WITH before AS (
      SELECT restored_at IS NOT NULL AS was_known FROM installation
        WHERE acceptance ->> 'id' IS NOT DISTINCT FROM $3::text FOR UPDATE
    )
    UPDATE installation SET
      restored_at = coalesce(restored_at, now()), restore_signs = coalesce(restore_signs, $2::jsonb),
      dialing_halted_at = coalesce(dialing_halted_at, now()),
      dialing_halted_reason = CASE WHEN dialing_halted_at IS NULL THEN $1::varchar ELSE dialing_halted_reason END
    FROM before RETURNING was_known`,
};

export interface RestoredState {
  readonly restored_at: Date;
  readonly signs: readonly RestoreSign[];
  /** Time of the latest request to the providers for the calls since the backup. */
  readonly asked_at: Date | null;
}

/** Returns the state of a restored database; undefined if it is not known to be restored, or was released. */
export async function readRestored(sql: Sql): Promise<RestoredState | undefined> {
  const [row] = await sql.run<RestoredState>(READ);
  return row;
}

const READ = {
  name: 'read-restored',
  text: `
    SELECT restored_at, coalesce(restore_signs, '[]') AS signs, restore_asked_at AS asked_at FROM installation
    WHERE restored_at IS NOT NULL`,
};
