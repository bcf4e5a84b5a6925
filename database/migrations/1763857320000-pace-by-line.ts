import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reserves turns of a route, not of a provider. A tenant says how many calls a second its own account accepts. No data
 * is lost with the turns.
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

/** Closes what this migration has made to the roles of a Supabase project; may be run again. */
const CLOSE_TO_SUPABASE_ROLES = `
  DO $$ DECLARE role name; item text; BEGIN
    FOREACH item IN ARRAY '{set_updated_at(), refuse_update(), refuse_change(), chain_audit_record(), follow_leads(),
    follow_dialer_jobs(),
        follow_calls(), note_places(), note_place(), current_tenant(), "add_to_tallies(text, jsonb, text[])",
          tenant_of_token()}'::text[] LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', item);
      FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role') LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', item, role);
      END LOOP;
    END LOOP;
    GRANT EXECUTE ON FUNCTION current_tenant() TO outdial_app, outdial_tenant;

    FOR role, item IN
      WITH ours AS (
        SELECT format('public.%I', tablename)::regclass AS id FROM pg_policies
          WHERE schemaname = 'public' AND 'outdial_app' = ANY (roles)
        UNION SELECT to_regclass('public.schema_migrations')
      ), theirs AS (
        SELECT d.objid FROM pg_depend d JOIN ours ON ours.id = d.refobjid
          WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      )
      SELECT rolname, relname FROM pg_roles, pg_class c
      WHERE rolname IN ('anon', 'authenticated')
        AND (c.oid IN (SELECT id FROM ours) OR c.oid = 'erased_numbers'::regclass
        OR (relkind = 'S' AND c.oid IN (SELECT objid FROM theirs))) LOOP
      EXECUTE format('REVOKE ALL ON %I FROM %I', item, role);
    END LOOP;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
      FOR item IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND 'outdial_reader' = ANY (roles) LOOP
        EXECUTE format('GRANT SELECT ON %I TO authenticated', item);
        EXECUTE format('ALTER POLICY reader ON %I TO outdial_reader, authenticated', item);
      END LOOP;
      GRANT EXECUTE ON FUNCTION tenant_of_token() TO authenticated;
    END IF;
  END $$`;
