import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names in functions that walls rest on mean the same whatever search path or temporary table a session has. */
export class FixSearchPaths1763857800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE AS
        $$ SELECT nullif(pg_catalog.current_setting('outdial.tenant_id', true), '') $$;
      ALTER FUNCTION tenant_of_token() SET search_path = pg_catalog, public, pg_temp`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE AS
        $$ SELECT nullif(current_setting('outdial.tenant_id', true), '') $$;
      ALTER FUNCTION tenant_of_token() SET search_path = pg_catalog, public`);
  }
}
