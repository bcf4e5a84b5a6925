import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names the tables one by one, since the schema may have tables of another application. */
const TABLES = `'{tenants, installation, user_profiles, user_credentials, auth_sessions, refresh_tokens, campaigns,
places,
  campaign_hours, leads, dialer_jobs, calls, call_events, conversations, recordings, erased_people, imports,
  import_chunks, import_rows, import_people, dnc_entries, consents, audit_heads, audit_log, leases, pacing,
  campaign_tallies}'::text[]`;

/** Adds row-level security with policies for the roles of Outdial (docs/security.md, "Walls in the database"). */
export class AddWalls1763856660000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const role of ['outdial_app', 'outdial_tenant', 'outdial_reader']) await runner.query(makeRole(role));
    await runner.query(`
      DO $$ BEGIN
        IF NOT pg_has_role('outdial_app', 'outdial_tenant', 'MEMBER') THEN GRANT outdial_tenant TO outdial_app; END IF;
        IF NOT pg_has_role(current_user, 'outdial_app', 'USAGE') THEN GRANT outdial_app TO CURRENT_USER; END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated')
          AND NOT pg_has_role('authenticated', 'outdial_reader', 'MEMBER') THEN
          GRANT outdial_reader TO authenticated;
        END IF;
      END $$`);
    await runner.query(`
      CREATE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE AS
        $$ SELECT nullif(current_setting('outdial.tenant_id', true), '') $$;

      CREATE FUNCTION tenant_of_token() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        SELECT u.tenant_id FROM public.user_profiles u,
          (SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb AS claims) token
        WHERE claims ->> 'role' = 'authenticated' AND u.id::text = claims ->> 'sub'
      $$;
    `);
    await runner.query(WALLS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ DECLARE t record; BEGIN
        FOR t IN SELECT tablename, policyname FROM pg_policies
          WHERE schemaname = 'public' AND tablename = ANY (${TABLES}) LOOP
          EXECUTE format('DROP POLICY %I ON %I', t.policyname, t.tablename);
        END LOOP;
        FOR t IN SELECT unnest(${TABLES}) AS relname LOOP
          EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', t.relname);
          EXECUTE format('REVOKE ALL ON %I FROM outdial_app, outdial_tenant, outdial_reader', t.relname);
        END LOOP;
      END $$;
      REVOKE ALL ON SEQUENCE erased_numbers FROM outdial_app, outdial_tenant;
      GRANT EXECUTE ON FUNCTION add_to_tallies(text, jsonb, text[]) TO PUBLIC;
      REVOKE EXECUTE ON FUNCTION add_to_tallies(text, jsonb, text[]) FROM outdial_app, outdial_tenant;
      DROP FUNCTION tenant_of_token();
      DROP FUNCTION current_tenant();
      REVOKE USAGE ON SCHEMA public FROM outdial_app, outdial_tenant, outdial_reader`);
  }
}

/**
 * Creates the roles if they are missing. Roles belong to the whole server: another database or migration may have
 * created them.
 */
function makeRole(role: string): string {
  return `
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`;
}

const WALLS = `
  GRANT USAGE ON SCHEMA public TO outdial_app, outdial_tenant, outdial_reader;
  REVOKE EXECUTE ON FUNCTION add_to_tallies(text, jsonb, text[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION add_to_tallies(text, jsonb, text[]) TO outdial_app, outdial_tenant;
  REVOKE EXECUTE ON FUNCTION tenant_of_token() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION tenant_of_token() TO outdial_reader;
  GRANT USAGE ON SEQUENCE erased_numbers TO outdial_app, outdial_tenant;

  DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ${TABLES} LOOP
      EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_app', name);
      EXECUTE format('CREATE POLICY app ON %I TO outdial_app USING (true)', name);
    END LOOP;

    FOREACH name IN ARRAY '{campaigns, leads, dialer_jobs, calls, call_events, conversations, recordings, dnc_entries,
    consents,
        imports, erased_people, audit_heads, audit_log, user_profiles}'::text[] LOOP
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_tenant', name);
      EXECUTE format('CREATE POLICY tenant ON %I TO outdial_tenant USING (tenant_id = (SELECT current_tenant()))',
        name);
    END LOOP;
    FOREACH name IN ARRAY '{campaign_hours, campaign_tallies}'::text[] LOOP
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_tenant', name);
      EXECUTE format(
        'CREATE POLICY tenant ON %I TO outdial_tenant '
        'USING (EXISTS (SELECT FROM campaigns c WHERE c.id = campaign_id))',
        name);
    END LOOP;
    FOREACH name IN ARRAY '{import_chunks, import_rows, import_people}'::text[] LOOP
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_tenant', name);
      EXECUTE format(
        'CREATE POLICY tenant ON %I TO outdial_tenant USING (EXISTS (SELECT FROM imports i WHERE i.id = import_id))',
        name);
    END LOOP;

    FOREACH name IN ARRAY '{campaigns, leads, dialer_jobs, calls, conversations, recordings}'::text[] LOOP
      EXECUTE format('GRANT SELECT ON %I TO outdial_reader', name);
      EXECUTE format(
        'CREATE POLICY reader ON %I FOR SELECT TO outdial_reader USING (tenant_id = (SELECT tenant_of_token()))',
        name);
    END LOOP;
  END $$;

  REVOKE UPDATE, DELETE ON audit_log FROM outdial_tenant;
  REVOKE DELETE ON audit_heads FROM outdial_tenant;
  GRANT SELECT, UPDATE ON tenants TO outdial_tenant;
  CREATE POLICY tenant ON tenants TO outdial_tenant USING (id = (SELECT current_tenant()));
  GRANT SELECT ON tenants TO outdial_reader;
  CREATE POLICY reader ON tenants FOR SELECT TO outdial_reader USING (id = (SELECT tenant_of_token()));
  -- A lock FOR SHARE needs a right to update some column.
  GRANT SELECT ON installation TO outdial_tenant;
  GRANT UPDATE (is_only) ON installation TO outdial_tenant;
  CREATE POLICY tenant ON installation FOR SELECT TO outdial_tenant USING (true);
  CREATE POLICY tenant_holds ON installation FOR UPDATE TO outdial_tenant USING (true) WITH CHECK (false);
  GRANT SELECT ON leases TO outdial_tenant;
  CREATE POLICY tenant ON leases FOR SELECT TO outdial_tenant USING (true);
  GRANT SELECT, INSERT ON places TO outdial_tenant;
  CREATE POLICY tenant ON places TO outdial_tenant USING (true)`;
