import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the do-not-call list, and the consents of contacts. */
export class AddDncAndConsents1763856420000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dnc_entries (
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\\+[1-9][0-9]{1,14}$'),
        reason varchar(255),
        source varchar(50) NOT NULL CONSTRAINT dnc_entries_source_check
          CHECK (source IN ('manual', 'import', 'opt_out')),
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, phone_number)
      );
      CREATE INDEX dnc_entries_newest_idx ON dnc_entries (tenant_id, created_at DESC, phone_number);
      ALTER TABLE dnc_entries ENABLE ROW LEVEL SECURITY;

      CREATE TABLE consents (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\\+[1-9][0-9]{1,14}$'),
        kind varchar(50) NOT NULL CONSTRAINT consents_kind_check CHECK (kind IN ('given', 'revoked')),
        source varchar(255) NOT NULL,
        wording text,
        channel varchar(50) NOT NULL CONSTRAINT consents_channel_check
          CHECK (channel IN ('web', 'paper', 'voice', 'sms', 'email', 'other')),
        evidence_url text,
        given_at timestamptz NOT NULL,
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX consents_number_idx ON consents (tenant_id, phone_number, given_at DESC, created_at DESC);
      ALTER TABLE consents ENABLE ROW LEVEL SECURITY;
      CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
      END $$;
      CREATE TRIGGER consents_append_only BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_update();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE consents; DROP FUNCTION refuse_update(); DROP TABLE dnc_entries;`);
  }
}
