import type { ChaosDatabase } from '../plant/chaos-database.js';

/**
 * Calls of a run last two seconds, and a provider whose calls last minutes may be asked once a minute: by then they are
 * over.
 */
const OVER_AFTER_SECONDS = 6;

/**
 * Brings forward what would be due in minutes, hours or tomorrow, and nothing else, under the campaign's lock as the
 * engine itself does. Jobs that the sweeper holds are passed over.
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
