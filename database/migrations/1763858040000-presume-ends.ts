import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Distinguishes ends that Outdial has concluded from ends that a provider has reported. Keeps the lookups of calls that
 * were given up.
 */
export class PresumeEnds1763858040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE calls ADD COLUMN is_presumed boolean NOT NULL DEFAULT false;

      CREATE TABLE given_up_calls (
        call_id uuid PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
        wants_hangup boolean NOT NULL DEFAULT false,
        looks integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL
      );
      CREATE INDEX given_up_calls_due_at_idx ON given_up_calls (due_at);
      ALTER TABLE given_up_calls ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT, UPDATE, DELETE ON given_up_calls TO outdial_app;
      CREATE POLICY app ON given_up_calls TO outdial_app USING (true);
      DO $$ DECLARE role name; BEGIN
        FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
          EXECUTE format('REVOKE ALL ON given_up_calls FROM %I', role);
        END LOOP;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE given_up_calls;
      ALTER TABLE calls DROP COLUMN is_presumed`);
  }
}
