import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOSE_TO_SUPABASE_ROLES } from './1763856900000-close-to-supabase-roles.js';

/** What a provider has told us that could not be applied; and a way to the calls of which something comes late. */
export class AddProviderCallbacks1763856960000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_callbacks (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        received_at timestamptz NOT NULL DEFAULT now(),
        provider varchar(50) NOT NULL,
        dialer_job_id varchar(255) NOT NULL,
        body text NOT NULL,
        problem varchar(255) NOT NULL
      );
      CREATE INDEX provider_callbacks_received_at_idx ON provider_callbacks (received_at);
      ALTER TABLE provider_callbacks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT, UPDATE, DELETE ON provider_callbacks TO outdial_app;
      CREATE POLICY app ON provider_callbacks TO outdial_app USING (true);

      CREATE INDEX calls_without_cost_idx ON calls (provider, ended_at) WHERE cost IS NULL AND provider_call_id IS NOT NULL AND ended_at IS NOT NULL`);
    await runner.query(CLOSE_TO_SUPABASE_ROLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provider_callbacks; DROP INDEX calls_without_cost_idx');
  }
}
