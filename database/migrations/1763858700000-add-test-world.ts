import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks campaigns, calls and do-not-call entries of the test world (docs/decisions/0034-two-worlds.md). All existing
 * rows are of the live world. A constant default is kept in the catalog, so no table is rewritten.
 *
 * 1. Allow one live call to a number in each world. The new index has live calls only and is built before the old one
 *    goes. Its build reads the table once, and no calls are written meanwhile.
 * 2. Allow a number on the list of each world. The index of the new primary key is built before the old key goes.
 * 3. Leave the test world out of SUPPRESSION_LOG: a restore would forbid the number in the live world.
 */
export class AddTestWorld1763858700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaigns ADD COLUMN is_test boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT campaigns_tests_name_no_account CHECK (NOT is_test OR telephony_account_id IS NULL);
      ALTER TABLE calls ADD COLUMN is_test boolean NOT NULL DEFAULT false;
      ALTER TABLE dnc_entries ADD COLUMN is_test boolean NOT NULL DEFAULT false;

      CREATE UNIQUE INDEX calls_one_live_per_world ON calls (tenant_id, number_key, is_test)
        WHERE status IN ('initiated', 'ringing', 'in_progress');
      DROP INDEX calls_one_live_per_number;
      ALTER INDEX calls_one_live_per_world RENAME TO calls_one_live_per_number;

      CREATE UNIQUE INDEX dnc_entries_world_key ON dnc_entries (tenant_id, number_key, is_test);
      ALTER TABLE dnc_entries DROP CONSTRAINT dnc_entries_pkey,
        ADD CONSTRAINT dnc_entries_pkey PRIMARY KEY USING INDEX dnc_entries_world_key`);
    await runner.query(logSuppressions('changed WHERE NOT is_test'));
  }

  /** Deletes the rows of the test world, which would otherwise count as live. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(logSuppressions('changed'));
    await runner.query(`
      SET LOCAL outdial.erasing = 'on';
      DELETE FROM dnc_entries WHERE is_test;
      DELETE FROM campaigns WHERE is_test;
      ALTER TABLE dnc_entries DROP CONSTRAINT dnc_entries_pkey, ADD PRIMARY KEY (tenant_id, number_key),
        DROP COLUMN is_test;
      DROP INDEX calls_one_live_per_number;
      CREATE UNIQUE INDEX calls_one_live_per_number ON calls (tenant_id, number_key)
        WHERE status IN ('initiated', 'ringing', 'in_progress');
      ALTER TABLE calls DROP COLUMN is_test;
      ALTER TABLE campaigns DROP CONSTRAINT campaigns_tests_name_no_account, DROP COLUMN is_test`);
  }
}

function logSuppressions(listed: string): string {
  return `
    CREATE OR REPLACE FUNCTION log_suppressions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM installation WHERE logs_suppressions) THEN RETURN NULL; END IF;
      IF TG_TABLE_NAME = 'erased_people' THEN
        INSERT INTO suppression_outbox (tenant_id, kind, person_hash) SELECT tenant_id, 'erased', person_hash
          FROM changed;
      ELSIF TG_TABLE_NAME = 'consents' THEN
        INSERT INTO suppression_outbox (tenant_id, kind, phone_number, source)
        SELECT tenant_id, 'consent_revoked', phone_number, left(source, 50) FROM changed WHERE kind = 'revoked';
      ELSIF TG_OP <> 'DELETE' THEN
        INSERT INTO suppression_outbox (tenant_id, kind, phone_number, reason, source, expires_at)
        SELECT tenant_id, 'listed', phone_number, reason, source, expires_at FROM ${listed};
      ELSIF current_setting('outdial.erasing', true) IS DISTINCT FROM 'on' THEN
        INSERT INTO suppression_outbox (tenant_id, kind, phone_number) SELECT tenant_id, 'removed', phone_number
          FROM ${listed};
      END IF;
      RETURN NULL;
    END $$`;
}
