import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds what controls dialing beyond start and pause: schedule, retry policy, minimum gap, circuit breaker, kill
 * switches, hang-ups.
 */
export class AddEngineControls1763856240000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaigns
        ADD COLUMN retry_policy jsonb,
        ADD COLUMN min_gap_seconds integer NOT NULL DEFAULT 0,
        ADD COLUMN start_at timestamptz,
        ADD COLUMN end_at timestamptz,
        ADD COLUMN wake_at timestamptz,
        ADD COLUMN breaker_attempts integer NOT NULL DEFAULT 0,
        ADD COLUMN breaker_faults integer NOT NULL DEFAULT 0,
        ADD COLUMN slot_seconds numeric(16,3) NOT NULL DEFAULT 0,
        ADD COLUMN talk_seconds bigint NOT NULL DEFAULT 0,
        ADD COLUMN total_cost numeric(14,4) NOT NULL DEFAULT 0,
        ADD CONSTRAINT campaigns_min_gap_seconds_check CHECK (min_gap_seconds BETWEEN 0 AND 2592000),
        ADD CONSTRAINT campaigns_end_after_start CHECK (end_at > start_at);
      CREATE INDEX campaigns_wake_at_idx ON campaigns (wake_at) WHERE status = 'running';
      CREATE INDEX campaigns_start_at_idx ON campaigns (start_at) WHERE status = 'scheduled';
      CREATE INDEX campaigns_end_at_idx ON campaigns (end_at) WHERE status IN ('scheduled', 'running', 'paused');

      ALTER TABLE leads ADD COLUMN earlier_attempts integer NOT NULL DEFAULT 0,
        ADD CONSTRAINT leads_earlier_attempts_check CHECK (earlier_attempts BETWEEN 0 AND call_attempts);
      CREATE INDEX leads_block_code_idx ON leads (campaign_id, block_code) WHERE block_code IS NOT NULL;

      ALTER TABLE dialer_jobs ADD COLUMN hangup_requested_at timestamptz;

      ALTER TABLE calls ADD COLUMN callback_at timestamptz;

      CREATE TABLE pacing (
        provider varchar(50) PRIMARY KEY,
        next_at timestamptz NOT NULL
      );
      ALTER TABLE pacing ENABLE ROW LEVEL SECURITY;

      ALTER TABLE tenants ADD COLUMN dialing_halted_at timestamptz, ADD COLUMN dialing_halted_reason varchar(255);

      CREATE TABLE installation (
        is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        dialing_halted_at timestamptz,
        dialing_halted_reason varchar(255)
      );
      INSERT INTO installation DEFAULT VALUES;
      ALTER TABLE installation ENABLE ROW LEVEL SECURITY;

      UPDATE campaigns SET wake_at = now() WHERE status = 'running';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE pacing;
      ALTER TABLE calls DROP COLUMN callback_at;
      DROP TABLE installation;
      ALTER TABLE tenants DROP COLUMN dialing_halted_at, DROP COLUMN dialing_halted_reason;
      ALTER TABLE dialer_jobs DROP COLUMN hangup_requested_at;
      DROP INDEX leads_block_code_idx;
      ALTER TABLE leads DROP COLUMN earlier_attempts;
      ALTER TABLE campaigns
        DROP COLUMN retry_policy, DROP COLUMN min_gap_seconds, DROP COLUMN start_at, DROP COLUMN end_at,
        DROP COLUMN wake_at,
        DROP COLUMN breaker_attempts, DROP COLUMN breaker_faults, DROP COLUMN slot_seconds, DROP COLUMN talk_seconds,
        DROP COLUMN total_cost;`);
  }
}
