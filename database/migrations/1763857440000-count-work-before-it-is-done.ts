import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counts how often a worker began work and did not come back, and keeps what was given up for that. Requests for the
 * result of a conversation are counted once its facts are written down. Conversations without facts get them first.
 */
export class CountWorkBeforeItIsDone1763857440000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE work_tries (
        kind varchar(50) NOT NULL CONSTRAINT work_tries_kind_check
          CHECK (kind IN ('conversation', 'call_review', 'cost_lookup', 'given_up_look', 'campaign_start',
          'campaign_end', 'campaign_wake', 'import', 'recording_deletion', 'retention')),
        subject varchar(100) NOT NULL,
        tries integer NOT NULL DEFAULT 0,
        begun_at timestamptz NOT NULL DEFAULT now(),
        given_up_at timestamptz,
        PRIMARY KEY (kind, subject)
      );
      CREATE INDEX work_tries_begun_at_idx ON work_tries (begun_at);
      ALTER TABLE work_tries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT, UPDATE, DELETE ON work_tries TO outdial_app;
      CREATE POLICY app ON work_tries TO outdial_app USING (true);
      DO $$ DECLARE role name; BEGIN
        FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
          EXECUTE format('REVOKE ALL ON work_tries FROM %I', role);
        END LOOP;
      END $$;

      UPDATE conversations v SET conclude_attempts = 0
      WHERE v.conclude_at IS NOT NULL AND v.conclude_attempts > 0
        AND NOT EXISTS (SELECT FROM call_events e
          WHERE e.call_id = v.call_id AND e.event_key = 'relay:' || v.sessions || ':told')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE work_tries');
  }
}
