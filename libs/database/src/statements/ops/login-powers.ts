import { APP_ROLE, MIGRATIONS_TABLE, TENANT_ROLE } from '#config/database-roles.js';
import type { Sql } from '../../connection/sql.js';

/** Powers that no process needs, and that would let it pass row-level security. */
export const POWERS = {
  superuser: 'is a superuser',
  bypassrls: 'bypasses row-level security',
  createrole: 'may make roles',
  createdb: 'may make databases',
  replication: 'may replicate the whole server',
  database_owner: 'owns the database',
  schema_owner: 'owns a schema of Outdial',
  table_owner: 'owns tables of Outdial',
  function_owner: 'owns functions of Outdial',
  reads_or_writes_all: 'reads or writes whatever the server can',
} as const;

export interface LoginPower {
  /** The login itself, or a role that it is a member of, directly or through others. */
  readonly role: string;
  readonly power: keyof typeof POWERS;
  /** True: the processes' own roles have the power, whatever the login. */
  readonly is_of_roles: boolean;
}

/** Lists the powers of `login`, by name; null: of the present login. */
export function powersOf(sql: Sql, login: string | null): Promise<LoginPower[]> {
  return sql.run<LoginPower>(LOGIN_POWERS, [login]);
}

/** Joins powers to text such as "postgres is a superuser, outdial_owner owns tables of Outdial". */
export function inWords(powers: readonly LoginPower[]): string {
  return powers.map(({ role, power }) => `${role} ${POWERS[power]}`).join(', ');
}

/**
 * Finds the powers of a login in three steps.
 *
 * 1. Follow memberships from the login, and from the roles that the processes work as. A membership without SET or
 *    INHERIT counts too: with its ADMIN option a login grants itself the rest.
 * 2. Find the tables of Outdial.
 * 3. Collect what each reached role has: attributes, ownership, predefined roles.
 *
 * Rights on tables from ALTER DEFAULT PRIVILEGES or a plain GRANT are not collected: the policies keep such roles out.
 */
const LOGIN_POWERS = {
  name: 'login-powers',
  text: `
    WITH RECURSIVE reached AS (
      SELECT oid, rolname IN ('${APP_ROLE}', '${TENANT_ROLE}') AS is_of_roles FROM pg_roles
      WHERE rolname IN (coalesce($1::text, session_user::text), '${APP_ROLE}', '${TENANT_ROLE}')
      UNION
      SELECT m.roleid, reached.is_of_roles FROM pg_auth_members m JOIN reached ON m.member = reached.oid
    ), role AS (
      SELECT r.*, bool_or(is_of_roles) OVER (PARTITION BY r.oid) AS is_of_roles FROM reached JOIN pg_roles r USING (oid)
    ), ours AS (
      SELECT polrelid AS oid FROM pg_policy WHERE polroles && ARRAY(
        SELECT oid FROM pg_roles WHERE rolname = '${APP_ROLE}')
      UNION SELECT to_regclass('public.${MIGRATIONS_TABLE}')
      UNION SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = 'bullmq' AND relkind IN ('r', 'p', 'v', 'm')
    ), power AS (
      SELECT oid, 'superuser' AS power FROM role WHERE rolsuper
      UNION ALL SELECT oid, 'bypassrls' FROM role WHERE rolbypassrls
      UNION ALL SELECT oid, 'createrole' FROM role WHERE rolcreaterole
      UNION ALL SELECT oid, 'createdb' FROM role WHERE rolcreatedb
      UNION ALL SELECT oid, 'replication' FROM role WHERE rolreplication
      UNION ALL SELECT datdba, 'database_owner' FROM pg_database WHERE datname = current_database()
      UNION ALL SELECT nspowner, 'schema_owner' FROM pg_namespace WHERE nspname IN ('public', 'bullmq')
      UNION ALL SELECT relowner, 'table_owner' FROM pg_class JOIN ours USING (oid)
      UNION ALL SELECT proowner, 'function_owner' FROM pg_proc p
        WHERE p.oid IN (SELECT tgfoid FROM pg_trigger JOIN ours ON tgrelid = ours.oid)
          OR p.oid IN (to_regprocedure('public.current_tenant()'), to_regprocedure('public.tenant_of_token()'))
      UNION ALL SELECT oid, 'reads_or_writes_all' FROM role WHERE rolname IN ('pg_read_all_data', 'pg_write_all_data',
        'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_maintain',
        'pg_create_subscription')
    )
    SELECT DISTINCT rolname AS role, power, role.is_of_roles FROM power JOIN role USING (oid) ORDER BY 1, 2`,
};
