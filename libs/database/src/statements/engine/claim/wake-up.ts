import { hasUnplaced } from './calling-hours.js';
import { lookAfterImport } from './open-imports.js';

/**
 * Rule for `campaigns.wake_at`, the time at which a running campaign is claimed from next. The statements compute it
 * from all waiting leads, by the fragments of this file.
 * The trigger `follow_leads()` (database/schema.sql) follows each change of leads and moves the time forward only. It
 * takes the earliest `next_attempt_at` of the changed leads, whatever their hours. It may wake a campaign too early,
 * and never leaves it later than `wakeUpAt` (test/schema/wake-up-trigger.test.ts).
 */

/** Time at which the earliest lead of the area of hours h is due, by one index probe. */
export const EARLIEST_DUE_IN_AREA = `
  (SELECT f.next_attempt_at FROM leads f WHERE f.campaign_id = h.campaign_id AND f.area_id = h.area_id
    AND f.status = 'pending' ORDER BY f.next_attempt_at LIMIT 1)`;

/**
 * Returns the aggregate over hours h that says when the first lead can be called; null: no lead ever can. `due` is
 * `EARLIEST_DUE_IN_AREA`, or a column that has its value.
 */
export function firstCallableAt(due: string): string {
  return `nullif(min(greatest(${due}, h.opens_at)), 'infinity')`;
}

/** Returns the time at which campaign `id` is to be claimed from next; null: not before something changes. */
export function wakeUpAt(id: string): string {
  return `CASE WHEN ${hasUnplaced(id)} THEN now()
    ELSE coalesce((SELECT ${firstCallableAt(EARLIEST_DUE_IN_AREA)} FROM campaign_hours h
      WHERE h.campaign_id = ${id} AND ${EARLIEST_DUE_IN_AREA} IS NOT NULL), ${lookAfterImport(id)}) END`;
}
