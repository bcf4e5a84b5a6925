import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds tenants' own accounts with providers, and their caller ids. */
export class AddTelephonyAccounts1763857020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE telephony_accounts (
        id uuid PRIMARY KEY,
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        name varchar(100) NOT NULL,
        provider varchar(50) NOT NULL CONSTRAINT telephony_accounts_provider_check
          CHECK (provider IN ('twilio', 'vapi')),
        credentials text,
        hint varchar(10) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT telephony_accounts_deleted_keep_no_credentials
          CHECK ((deleted_at IS NULL) = (credentials IS NOT NULL)),
        UNIQUE (tenant_id, id)
      );
      CREATE UNIQUE INDEX telephony_accounts_name_key ON telephony_accounts (tenant_id, name) WHERE deleted_at IS NULL;
      CREATE TRIGGER telephony_accounts_set_updated_at BEFORE UPDATE ON telephony_accounts
        FOR EACH ROW EXECUTE FUNCTION set_updated_at();

      CREATE TABLE caller_ids (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        telephony_account_id uuid,
        phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\\+[1-9][0-9]{1,14}$'),
        daily_cap integer CHECK (daily_cap BETWEEN 1 AND 100000),
        is_active boolean NOT NULL DEFAULT true,
        used_on date,
        used_calls integer NOT NULL DEFAULT 0 CHECK (used_calls >= 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        FOREIGN KEY (tenant_id, telephony_account_id) REFERENCES telephony_accounts (tenant_id, id)
      );
      CREATE UNIQUE INDEX caller_ids_number_key
        ON caller_ids (tenant_id, telephony_account_id, phone_number) NULLS NOT DISTINCT;

      ALTER TABLE campaigns
        ADD COLUMN telephony_account_id uuid,
        ADD COLUMN from_number varchar(20) CHECK (from_number ~ '^\\+[1-9][0-9]{1,14}$'),
        ADD FOREIGN KEY (tenant_id, telephony_account_id) REFERENCES telephony_accounts (tenant_id, id);
      ALTER TABLE calls
        ADD COLUMN telephony_account_id uuid,
        ADD COLUMN from_number varchar(20),
        ADD FOREIGN KEY (tenant_id, telephony_account_id) REFERENCES telephony_accounts (tenant_id, id);
      CREATE INDEX calls_live_of_account_idx ON calls (telephony_account_id)
        WHERE telephony_account_id IS NOT NULL AND status IN ('initiated', 'ringing', 'in_progress');
      CREATE INDEX calls_of_accounts_without_cost_idx ON calls (ended_at)
        WHERE telephony_account_id IS NOT NULL AND cost IS NULL AND provider_call_id IS NOT NULL
          AND ended_at IS NOT NULL`);
    for (const table of TABLES) await runner.query(wallIn(table));
    await runner.query(CLOSE_TO_SUPABASE_ROLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE calls DROP COLUMN telephony_account_id, DROP COLUMN from_number;
      ALTER TABLE campaigns DROP COLUMN telephony_account_id, DROP COLUMN from_number;
      DROP TABLE caller_ids, telephony_accounts`);
  }
}

const TABLES = ['telephony_accounts', 'caller_ids'];

function wallIn(table: string): string {
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO outdial_app, outdial_tenant;
    CREATE POLICY app ON ${table} TO outdial_app USING (true);
    CREATE POLICY tenant ON ${table} TO outdial_tenant USING (tenant_id = (SELECT current_tenant()))`;
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
