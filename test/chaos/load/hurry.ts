import type { ChaosDatabase } from '../plant/chaos-database.js';

/**
 * Brings forward what would be due in minutes, hours or tomorrow, and nothing else, under the campaign's lock as the engine itself does.
 * Jobs that the sweeper holds are passed over.
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
         SELECT id FROM dialer_jobs WHERE campaign_id = $1 AND status = 'unconfirmed' AND check_at > now() + interval '20 seconds'
         ORDER BY id FOR UPDATE SKIP LOCKED)`,
      [campaignId],
    );
  });
}
