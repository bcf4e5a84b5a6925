import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets a lead that is removed and added again continue where it was. Leads that earlier versions removed, or made
 * pending too early, get their wait back from their latest call.
 */
export class KeepWaitsOfRemovedLeads1763858160000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE leads
        ADD COLUMN retry_at timestamptz,
        ADD COLUMN removed_status varchar(50),
        ADD CONSTRAINT leads_removed_status_check CHECK (removed_status IS NULL OR status = 'removed');
      CREATE FUNCTION keep_removed_status() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.status <> 'removed' THEN NEW.removed_status := NULL;
        ELSIF OLD.status <> 'removed' THEN NEW.removed_status := OLD.status;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER leads_keep_removed_status BEFORE UPDATE OF status ON leads
        FOR EACH ROW WHEN (OLD.status = 'removed' OR NEW.status = 'removed') EXECUTE FUNCTION keep_removed_status();
      REVOKE EXECUTE ON FUNCTION keep_removed_status() FROM PUBLIC;
      DO $$ DECLARE role name; BEGIN
        FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role') LOOP
          EXECUTE format('REVOKE EXECUTE ON FUNCTION keep_removed_status() FROM %I', role);
        END LOOP;
      END $$`);
    await runner.query(`
      UPDATE leads l SET removed_status = CASE
        WHEN EXISTS (SELECT FROM dialer_jobs j
          WHERE j.lead_id = l.id AND j.status IN ('dialing', 'active', 'unconfirmed')) THEN 'in_progress'
        WHEN l.outcome = 'opt_out' THEN 'suppressed'
        WHEN l.outcome = 'bad_number' THEN 'invalid'
        WHEN l.outcome IN ('reached', 'goal_reached') THEN 'completed'
        WHEN l.outcome <> 'callback_requested' AND l.call_attempts - l.earlier_attempts - (
          SELECT count(*) FROM calls c WHERE c.lead_id = l.id AND c.attempt > l.earlier_attempts
            AND c.outcome = 'callback_requested')
          > (SELECT CASE WHEN k.retry_failed THEN k.max_retries ELSE 0 END FROM campaigns k WHERE k.id = l.campaign_id)
            THEN 'exhausted'
        ELSE 'pending' END
      WHERE l.status = 'removed'`);
    await runner.query(RESTORE_WAITS);
    await runner.query(`
      UPDATE leads SET block_code = NULL, next_attempt_at = coalesce(retry_at, now())
      WHERE status = 'removed' AND block_code IN ('dnc', 'no_consent')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER leads_keep_removed_status ON leads;
      DROP FUNCTION keep_removed_status();
      ALTER TABLE leads DROP COLUMN retry_at, DROP COLUMN removed_status`);
  }
}

/**
 * Restores the waits of leads.
 *
 * 1. Find the latest call of leads that may be called again and whose wait is not over.
 * 2. Compute the wait: the contact's wish, else the delay of the campaign's policy, else that of the default policy.
 * 3. Keep a time that the wait explains, within its spread of a tenth; replace an earlier one.
 */
const RESTORE_WAITS = `
  WITH latest AS (
    SELECT l.id, l.next_attempt_at, l.block_code, c.outcome, c.ended_at, c.callback_at, k.retry_policy, (
      SELECT count(*) FROM calls e WHERE e.lead_id = l.id AND e.attempt > l.earlier_attempts
        AND e.outcome = c.outcome)::int AS repeats
    FROM calls c JOIN leads l ON l.id = c.lead_id AND l.call_attempts = c.attempt
      AND l.call_attempts > l.earlier_attempts
      JOIN campaigns k ON k.id = c.campaign_id
    WHERE c.ended_at IS NOT NULL AND l.status IN ('pending', 'removed') AND l.erased_at IS NULL
      AND c.outcome IN ('busy', 'no_answer', 'voicemail', 'refused', 'provider_error', 'lost', 'callback_requested')
  ), delayed AS (
    SELECT latest.*, CASE
      WHEN outcome = 'callback_requested' THEN NULL
      ELSE (delays -> least(repeats, jsonb_array_length(delays)) - 1)::float8 * interval '1 second' END AS delay
    FROM latest CROSS JOIN LATERAL (
      SELECT coalesce(latest.retry_policy -> latest.outcome -> 'delays_seconds', CASE latest.outcome
        WHEN 'busy' THEN '[300, 900, 2700]' WHEN 'no_answer' THEN '[14400, 97200]' WHEN 'voicemail' THEN '[97200]'
        WHEN 'refused' THEN '[30, 120, 600]' WHEN 'provider_error' THEN '[60, 300]'
        WHEN 'lost' THEN '[3600]' ELSE '[]' END::jsonb) AS delays) policy
  ), waits AS (
    SELECT id, CASE
      WHEN outcome = 'callback_requested' THEN coalesce(callback_at, ended_at + interval '1 day')
      WHEN block_code IS NULL AND next_attempt_at >= ended_at + 0.9 * delay THEN next_attempt_at
      ELSE ended_at + 1.1 * delay END AS retry_at
    FROM delayed
  )
  UPDATE leads l SET retry_at = w.retry_at, next_attempt_at = greatest(l.next_attempt_at, w.retry_at)
  FROM waits w WHERE l.id = w.id AND w.retry_at > now()`;
