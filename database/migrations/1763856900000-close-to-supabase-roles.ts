import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Closes the schema to the roles of a Supabase project. The project gives `anon` and `authenticated` every right on
 * what is made in `public`. Row-level security alone stops neither TRUNCATE nor the call of a function. `authenticated`
 * inherits nothing (NOINHERIT), and so reads by grants of its own.
 */
export class CloseToSupabaseRoles1763856900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLOSE_TO_SUPABASE_ROLES);
  }

  /** Restores the rights of PUBLIC. The rights that the project had granted by itself stay revoked. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(OPEN);
  }
}

/** Revokes the rights. It may be run again, and a later migration that makes a table does so. */
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

const OPEN = `
  DO $$ DECLARE item text; BEGIN
    FOREACH item IN ARRAY '{set_updated_at(), refuse_update(), refuse_change(), chain_audit_record(), follow_leads(),
    follow_dialer_jobs(),
        follow_calls(), note_places(), note_place(), current_tenant()}'::text[] LOOP
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', item);
    END LOOP;
    REVOKE EXECUTE ON FUNCTION current_tenant() FROM outdial_app, outdial_tenant;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
      FOR item IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND 'outdial_reader' = ANY (roles) LOOP
        EXECUTE format('ALTER POLICY reader ON %I TO outdial_reader', item);
        EXECUTE format('REVOKE SELECT ON %I FROM authenticated', item);
      END LOOP;
      REVOKE EXECUTE ON FUNCTION tenant_of_token() FROM authenticated;
    END IF;
  END $$`;
