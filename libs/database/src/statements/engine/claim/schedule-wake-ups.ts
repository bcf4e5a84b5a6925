import type { Sql } from '../../../connection/sql.js';
import { wakeUpAt } from './wake-up.js';

/**
 * Stores the next wake-up time of campaigns, locked by the caller, that have no lead to call now. A claim would store
 * the same, in one transaction for each campaign.
 * @returns the campaigns that may have a lead to call now.
 */
export async function scheduleWakeUps(sql: Sql, campaignIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(SCHEDULE, [campaignIds]);
  return rows.map(({ id }) => id);
}

const SCHEDULE = {
  name: 'let-rest',
  text: `
    WITH next AS (
      SELECT k.id, ${wakeUpAt('k.id')} AS at
      FROM campaigns k WHERE k.id = ANY($1::uuid[]) AND k.status = 'running'
    ), noted AS (
      UPDATE campaigns k SET wake_at = next.at FROM next
      WHERE k.id = next.id AND coalesce(next.at > now(), true) AND k.wake_at IS DISTINCT FROM next.at
    )
    SELECT id FROM next WHERE at <= now() ORDER BY id`,
};
