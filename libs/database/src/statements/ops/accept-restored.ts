import { IsNull, Not } from 'typeorm';
import type { Acceptance } from '#rules/restore/restore-signs.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Installation } from '../../entities/installation.entity.js';
import { DATABASE_RESTORED } from './engage-restored.js';

/**
 * Accepts a restored database and releases the kill switch that was engaged for it. It runs in a transaction, with the
 * installation's row as its first lock. A kill switch that an operator engaged stays.
 * @returns null if the database is not known to be restored, or was released meanwhile.
 */
export async function acceptRestored(sql: Sql, acceptance: Acceptance): Promise<{ is_halted: boolean } | null> {
  const [row] = await sql.run<{ is_halted: boolean }>(ACCEPT, [JSON.stringify(acceptance), DATABASE_RESTORED]);
  return row ?? null;
}

const STAYS = `dialing_halted_reason IS DISTINCT FROM $2::varchar`;

const ACCEPT = {
  name: 'accept-restored',
  text: `
    UPDATE installation SET
      acceptance = $1::jsonb, restored_at = NULL, restore_signs = NULL, restore_asked_at = NULL,
      dialing_halted_at = CASE WHEN ${STAYS} THEN dialing_halted_at END,
      dialing_halted_reason = CASE WHEN ${STAYS} THEN dialing_halted_reason END
    WHERE restored_at IS NOT NULL RETURNING dialing_halted_at IS NOT NULL AS is_halted`,
};

/** Notes that the providers were asked for the calls since the backup. */
export async function noteAskedAfterRestore({ manager }: Transaction): Promise<void> {
  await manager.update(Installation, { restored_at: Not(IsNull()) }, { restore_asked_at: () => 'now()' });
}
