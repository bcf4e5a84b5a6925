import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTenantsAndUsers1763856000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenants (
        id varchar(255) PRIMARY KEY DEFAULT gen_random_uuid()::text,
        business_name varchar(255) NOT NULL,
        default_country char(2) CHECK (default_country ~ '^[A-Z]{2}$'),
        minutes_remaining integer CHECK (minutes_remaining >= 0),
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE user_profiles (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        email varchar(255) NOT NULL,
        name varchar(255),
        role varchar(50) NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user', 'viewer')),
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX user_profiles_email_key ON user_profiles (lower(email));
      CREATE INDEX user_profiles_tenant_id_idx ON user_profiles (tenant_id);

      CREATE TABLE user_credentials (
        user_id uuid PRIMARY KEY REFERENCES user_profiles ON DELETE CASCADE,
        password_hash text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE auth_sessions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id uuid NOT NULL REFERENCES user_profiles ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        revoked_at timestamptz
      );
      CREATE INDEX auth_sessions_user_id_idx ON auth_sessions (user_id);

      CREATE TABLE refresh_tokens (
        token_hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES auth_sessions ON DELETE CASCADE,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);
    `);
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await runner.query('ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLES.toReversed().join(', ')}`);
    await runner.query('ALTER TABLE schema_migrations DISABLE ROW LEVEL SECURITY');
  }
}

const TABLES = ['tenants', 'user_profiles', 'user_credentials', 'auth_sessions', 'refresh_tokens'];
