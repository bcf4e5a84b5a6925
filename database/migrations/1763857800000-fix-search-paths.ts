import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Fixes the search path of functions that row-level security relies on. Their names mean the same in every session,
 * whatever its search path or temporary tables.
 */
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
