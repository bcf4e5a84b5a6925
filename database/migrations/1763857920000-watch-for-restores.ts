import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the signs of a restored database (docs/decisions/0023-restored-databases.md). They are the installation's id, a
 * counter that rises while calls are placed, and the position of the server's log.
 */
export class WatchForRestores1763857920000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INSTALLATION);
    await runner.query(COUNTER);
    await runner.query(SERVER_STANDING);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION server_standing();
      DROP TABLE dialing_counter;
      ALTER TABLE installation DROP CONSTRAINT installation_restored_is_halted, DROP COLUMN id, DROP COLUMN restored_at,
        DROP COLUMN restore_signs, DROP COLUMN restore_asked_at, DROP COLUMN acceptance`);
  }
}

/**
 * Derives the id from the oldest tenant, if there is one. A backup from before this migration then gets the same id
 * again.
 */
const INSTALLATION = `
  ALTER TABLE installation
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN restored_at timestamptz,
    ADD COLUMN restore_signs jsonb,
    ADD COLUMN restore_asked_at timestamptz,
    ADD COLUMN acceptance jsonb,
    ADD CONSTRAINT installation_restored_is_halted CHECK (restored_at IS NULL OR dialing_halted_at IS NOT NULL);
  UPDATE installation SET id = t.id FROM (
    SELECT md5('outdial ' || id || ' ' || extract(epoch FROM created_at))::uuid AS id FROM tenants
      ORDER BY created_at, id LIMIT 1) t`;

/** Keeps the counter apart from the installation's row, which the start of a campaign locks FOR SHARE. */
const COUNTER = `
  CREATE TABLE dialing_counter (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    n bigint NOT NULL DEFAULT 0
  );
  INSERT INTO dialing_counter DEFAULT VALUES;
  ALTER TABLE dialing_counter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  GRANT SELECT, INSERT, UPDATE, DELETE ON dialing_counter TO outdial_app;
  CREATE POLICY app ON dialing_counter TO outdial_app USING (true);
  DO $$ DECLARE role name; BEGIN
    FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
      EXECUTE format('REVOKE ALL ON dialing_counter FROM %I', role);
    END LOOP;
  END $$`;

/** Runs as its owner, who may see more than the processes. Values that even the owner may not see are null. */
const SERVER_STANDING = `
  CREATE FUNCTION server_standing(OUT in_recovery boolean, OUT system_identifier text, OUT timeline integer,
    OUT log_position numeric,
    OUT history text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DECLARE
    flushed pg_lsn;
  BEGIN
    in_recovery := pg_is_in_recovery();
    BEGIN
      system_identifier := (SELECT s.system_identifier::text FROM pg_control_system() s);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    IF in_recovery THEN RETURN; END IF;
    BEGIN
      flushed := pg_current_wal_flush_lsn();
      log_position := flushed - '0/0'::pg_lsn;
      timeline := ('x' || substr(pg_walfile_name(flushed), 1, 8))::bit(32)::integer;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    IF timeline > 1 THEN
      BEGIN
        history := pg_read_file(format('pg_wal/%s.history', lpad(upper(to_hex(timeline)), 8, '0')), 0, 1000000, true);
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END IF;
  END $$;
  REVOKE EXECUTE ON FUNCTION server_standing() FROM PUBLIC;
  DO $$ DECLARE role name; BEGIN
    FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role') LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION server_standing() FROM %I', role);
    END LOOP;
  END $$;
  GRANT EXECUTE ON FUNCTION server_standing() TO outdial_app`;
