import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds erased persons, as keyed hashes, and the days for which recordings and transcripts are kept. */
export class AddErasureAndRetention1763856540000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tenants
        ADD COLUMN recordings_days integer CHECK (recordings_days BETWEEN 1 AND 36500),
        ADD COLUMN transcripts_days integer CHECK (transcripts_days BETWEEN 1 AND 36500);
      ALTER TABLE leads ADD COLUMN erased_at timestamptz;

      CREATE TABLE erased_people (
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        person_hash bytea NOT NULL CHECK (length(person_hash) = 32),
        erased_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, person_hash)
      );
      ALTER TABLE erased_people ENABLE ROW LEVEL SECURITY;
      CREATE SEQUENCE erased_numbers AS bigint MAXVALUE 99999999999;

      CREATE INDEX recordings_tenant_id_idx ON recordings (tenant_id, created_at);
      CREATE INDEX conversations_tenant_id_idx ON conversations (tenant_id, created_at);
      CREATE INDEX calls_said_idx ON calls (tenant_id, ended_at) WHERE transcript IS NOT NULL OR summary IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX calls_said_idx, conversations_tenant_id_idx, recordings_tenant_id_idx;
      DROP SEQUENCE erased_numbers;
      DROP TABLE erased_people;
      ALTER TABLE leads DROP COLUMN erased_at;
      ALTER TABLE tenants DROP COLUMN recordings_days, DROP COLUMN transcripts_days;`);
  }
}
