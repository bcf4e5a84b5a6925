import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps provider webhooks that could not be applied, and indexes the calls for which reports come late. */
export class AddProviderCallbacks1763856960000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_callbacks (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        received_at timestamptz NOT NULL DEFAULT now(),
        provider varchar(50) NOT NULL,
        dialer_job_id varchar(255) NOT NULL,
        body text NOT NULL,
        problem varchar(255) NOT NULL
      );
      CREATE INDEX provider_callbacks_received_at_idx ON provider_callbacks (received_at);
      ALTER TABLE provider_callbacks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT, UPDATE, DELETE ON provider_callbacks TO outdial_app;
      CREATE POLICY app ON provider_callbacks TO outdial_app USING (true);

      CREATE INDEX calls_without_cost_idx ON calls (provider, ended_at)
        WHERE cost IS NULL AND provider_call_id IS NOT NULL AND ended_at IS NOT NULL`);
    await runner.query(CLOSE_TO_SUPABASE_ROLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provider_callbacks; DROP INDEX calls_without_cost_idx');
  }
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
