import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeps each provider webhook that cannot be applied once, up to a limit. Asks more than once for costs that come late.
 */
export class KeepWhatComesLate1763857380000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE provider_callbacks
        ADD COLUMN telephony_account_id uuid,
        ADD COLUMN is_job_known boolean,
        ADD COLUMN digest bytea;
      UPDATE provider_callbacks SET digest = sha256(convert_to(body, 'UTF8')),
        is_job_known = problem <> 'no such dialer job';
      DELETE FROM provider_callbacks p USING provider_callbacks q
        WHERE (p.dialer_job_id, p.provider, p.digest) = (q.dialer_job_id, q.provider, q.digest) AND p.id > q.id;
      ALTER TABLE provider_callbacks ALTER COLUMN is_job_known SET NOT NULL, ALTER COLUMN digest SET NOT NULL;
      CREATE UNIQUE INDEX provider_callbacks_digest_key ON provider_callbacks (dialer_job_id, provider, digest);
      CREATE INDEX provider_callbacks_account_idx ON provider_callbacks (telephony_account_id, is_job_known);

      CREATE TABLE late_looks (
        call_id uuid PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
        looks integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL
      );
      CREATE INDEX late_looks_due_at_idx ON late_looks (due_at);
      ALTER TABLE late_looks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      GRANT SELECT, INSERT, UPDATE, DELETE ON late_looks TO outdial_app;
      CREATE POLICY app ON late_looks TO outdial_app USING (true);
      DROP INDEX calls_without_cost_idx, calls_of_accounts_without_cost_idx`);
    await runner.query(CLOSE_TO_SUPABASE_ROLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE late_looks;
      CREATE INDEX calls_without_cost_idx ON calls (provider, ended_at)
        WHERE cost IS NULL AND provider_call_id IS NOT NULL AND ended_at IS NOT NULL;
      CREATE INDEX calls_of_accounts_without_cost_idx ON calls (ended_at)
        WHERE telephony_account_id IS NOT NULL AND cost IS NULL AND provider_call_id IS NOT NULL
          AND ended_at IS NOT NULL;
      DROP INDEX provider_callbacks_digest_key, provider_callbacks_account_idx;
      ALTER TABLE provider_callbacks DROP COLUMN telephony_account_id, DROP COLUMN is_job_known, DROP COLUMN digest`);
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
