import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds lines for SUPPRESSION_LOG. Triggers write them in the transaction that suppresses a number, whatever its cause.
 * They are deleted once they are in the log.
 */
export class LogSuppressions1763857950000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX);
    await runner.query(TRIGGERS);
    await runner.query(RIGHTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER erased_people_logged ON erased_people;
      DROP TRIGGER consents_logged ON consents;
      DROP TRIGGER dnc_entries_logged_insert ON dnc_entries;
      DROP TRIGGER dnc_entries_logged_update ON dnc_entries;
      DROP TRIGGER dnc_entries_logged_delete ON dnc_entries;
      DROP FUNCTION log_suppressions();
      DROP TABLE suppression_outbox;
      ALTER TABLE installation DROP COLUMN logs_suppressions`);
  }
}

/** No foreign key: the lines are logged even if the tenant is deleted. */
const OUTBOX = `
  ALTER TABLE installation ADD COLUMN logs_suppressions boolean NOT NULL DEFAULT false;
  CREATE TABLE suppression_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tenant_id varchar(255) NOT NULL,
    kind varchar(20) NOT NULL CONSTRAINT suppression_outbox_kind_check
      CHECK (kind IN ('listed', 'removed', 'erased', 'consent_revoked')),
    phone_number varchar(20),
    person_hash bytea,
    reason varchar(255),
    source varchar(50),
    expires_at timestamptz,
    CONSTRAINT suppression_outbox_names_one CHECK ((kind = 'erased') = (person_hash IS NOT NULL)
      AND (kind = 'erased') = (phone_number IS NULL))
  );
  CREATE INDEX suppression_outbox_number_idx ON suppression_outbox (tenant_id, phone_number)`;

/** An erasure removes its number from the list without a line that names it. It sets `outdial.erasing` meanwhile. */
const TRIGGERS = `
  CREATE FUNCTION log_suppressions() RETURNS trigger LANGUAGE plpgsql AS $$
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
      SELECT tenant_id, 'listed', phone_number, reason, source, expires_at FROM changed;
    ELSIF current_setting('outdial.erasing', true) IS DISTINCT FROM 'on' THEN
      INSERT INTO suppression_outbox (tenant_id, kind, phone_number) SELECT tenant_id, 'removed', phone_number
        FROM changed;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER dnc_entries_logged_insert AFTER INSERT ON dnc_entries REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
  CREATE TRIGGER dnc_entries_logged_update AFTER UPDATE ON dnc_entries REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
  CREATE TRIGGER dnc_entries_logged_delete AFTER DELETE ON dnc_entries REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
  CREATE TRIGGER consents_logged AFTER INSERT ON consents REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
  CREATE TRIGGER erased_people_logged AFTER INSERT ON erased_people REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions()`;

const RIGHTS = `
  ALTER TABLE suppression_outbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  GRANT SELECT, INSERT, UPDATE, DELETE ON suppression_outbox TO outdial_app;
  CREATE POLICY app ON suppression_outbox TO outdial_app USING (true);
  GRANT SELECT, INSERT, UPDATE, DELETE ON suppression_outbox TO outdial_tenant;
  CREATE POLICY tenant ON suppression_outbox TO outdial_tenant USING (tenant_id = (SELECT current_tenant()));
  REVOKE EXECUTE ON FUNCTION log_suppressions() FROM PUBLIC;
  DO $$ DECLARE role name; BEGIN
    FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role') LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION log_suppressions() FROM %I', role);
    END LOOP;
    FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
      EXECUTE format('REVOKE ALL ON suppression_outbox, suppression_outbox_seq_seq FROM %I', role);
    END LOOP;
  END $$`;
