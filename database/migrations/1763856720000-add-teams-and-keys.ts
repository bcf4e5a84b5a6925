import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTeamsAndKeys1763856720000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE user_profiles ADD COLUMN deactivated_at timestamptz;
      ALTER TABLE auth_sessions
        ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN ip varchar(45),
        ADD COLUMN user_agent varchar(255);

      CREATE TABLE one_time_links (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        token_hash bytea NOT NULL UNIQUE,
        purpose varchar(50) NOT NULL CONSTRAINT one_time_links_purpose_check
          CHECK (purpose IN ('invitation', 'password_reset')),
        user_id uuid REFERENCES user_profiles ON DELETE CASCADE,
        email varchar(255) NOT NULL,
        role varchar(50) CHECK (role IN ('admin', 'user', 'viewer')),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        CONSTRAINT one_time_links_purpose_fits
          CHECK (CASE purpose WHEN 'invitation' THEN role IS NOT NULL AND user_id IS NULL
          ELSE role IS NULL AND user_id IS NOT NULL END)
      );
      CREATE INDEX one_time_links_tenant_id_idx ON one_time_links (tenant_id, created_at DESC);
      CREATE INDEX one_time_links_user_id_idx ON one_time_links (user_id) WHERE user_id IS NOT NULL;

      CREATE TABLE api_keys (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        name varchar(100) NOT NULL,
        secret_hash bytea NOT NULL UNIQUE,
        hint varchar(10) NOT NULL,
        scopes jsonb NOT NULL,
        created_by uuid REFERENCES user_profiles ON DELETE SET NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      );
      CREATE INDEX api_keys_tenant_id_idx ON api_keys (tenant_id, created_at DESC);
      CREATE INDEX api_keys_created_by_idx ON api_keys (created_by);

      ALTER TABLE audit_log DROP CONSTRAINT audit_log_actor_kind_check, ADD CONSTRAINT audit_log_actor_kind_check
        CHECK (actor_kind IN ('user', 'api_key', 'engine', 'operator'));

    `);
    await runner.query(tenantOfToken('AND u.deactivated_at IS NULL'));
    for (const table of TABLES) await runner.query(wallIn(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(tenantOfToken(''));
    await runner.query(`
      DROP TABLE ${TABLES.join(', ')};
      ALTER TABLE user_profiles DROP COLUMN deactivated_at;
      ALTER TABLE auth_sessions DROP COLUMN last_used_at, DROP COLUMN ip, DROP COLUMN user_agent`);
  }
}

const TABLES = ['one_time_links', 'api_keys'];

function wallIn(table: string): string {
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO outdial_app, outdial_tenant;
    CREATE POLICY app ON ${table} TO outdial_app USING (true);
    CREATE POLICY tenant ON ${table} TO outdial_tenant USING (tenant_id = (SELECT current_tenant()))`;
}

function tenantOfToken(condition: string): string {
  return `
    CREATE OR REPLACE FUNCTION tenant_of_token() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
      SET search_path = pg_catalog, public AS $$
      SELECT u.tenant_id FROM public.user_profiles u,
        (SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb AS claims) token
      WHERE claims ->> 'role' = 'authenticated' AND u.id::text = claims ->> 'sub' ${condition}
    $$`;
}
