import type { ChaosDatabase } from '../plant/chaos-database.js';

/**
 * Age from which a call of a run counts as over; such calls last two seconds. A provider whose calls last minutes may
 * be asked only once a minute.
 */
const OVER_AFTER_SECONDS = 6;

/**
 * Makes due what would become due in minutes, hours or tomorrow, and nothing else. Locks the campaign, as the engine
 * does, and skips jobs that the sweeper has locked.
 */
export function hurry(database: ChaosDatabase, campaignId: string): Promise<void> {
  return database.transaction(async (client) => {
    await client.query(`SET LOCAL lock_timeout = '2s'`);
    await client.query('SELECT FROM campaigns WHERE id = $1 FOR NO KEY UPDATE', [campaignId]);
    await client.query(
      `UPDATE leads SET next_attempt_at = now()
       WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at > now() + interval '2 seconds'`,
      [campaignId],
    );
    await client.query(
      `UPDATE dialer_jobs SET check_at = now() WHERE id IN (
         SELECT id FROM dialer_jobs WHERE campaign_id = $1 AND check_at > now() + interval '20 seconds'
           AND (status = 'unconfirmed' OR status = 'active' AND dialing_at < now() - $2 * interval '1 second')
         ORDER BY id FOR UPDATE SKIP LOCKED)`,
      [campaignId, OVER_AFTER_SECONDS],
    );
  });
}
