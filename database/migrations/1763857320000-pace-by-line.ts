import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOSE_TO_SUPABASE_ROLES } from './1763856900000-close-to-supabase-roles.js';

/**
 * Turns are taken of a line, not of a provider; a tenant says how many calls a second its own account takes. Nothing is
 * lost with the turns.
 */
export class PaceByLine1763857320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await makePacing(runner, 'line');
    await runner.query(`
      ALTER TABLE telephony_accounts
        ADD COLUMN calls_per_second integer
          CONSTRAINT telephony_accounts_calls_per_second_check CHECK (calls_per_second BETWEEN 1 AND 1000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE telephony_accounts DROP COLUMN calls_per_second');
    await makePacing(runner, 'provider');
  }
}

async function makePacing(runner: QueryRunner, key: string): Promise<void> {
  await runner.query(`
    DROP TABLE pacing;
    CREATE TABLE pacing (
      ${key} varchar(50) PRIMARY KEY,
      next_at timestamptz NOT NULL
    );
    ALTER TABLE pacing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pacing TO outdial_app;
    CREATE POLICY app ON pacing TO outdial_app USING (true)`);
  await runner.query(CLOSE_TO_SUPABASE_ROLES);
}
