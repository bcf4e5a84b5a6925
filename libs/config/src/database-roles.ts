/**
 * Roles of the database, made by the migrations (docs/security.md). Processes work as `APP_ROLE`, which owns no table
 * and is no superuser. Work for a user of a tenant is done as `TENANT_ROLE`, which sees that tenant's rows only.
 */
export const APP_ROLE = 'outdial_app';
export const TENANT_ROLE = 'outdial_tenant';
/** Role for signed-in users of a Supabase project, who may read some tables. `authenticated` is made a member of it. */
export const READER_ROLE = 'outdial_reader';

/** Table of the migrations that were applied. */
export const MIGRATIONS_TABLE = 'schema_migrations';

/** Setting, local to a transaction, that names its tenant. */
export const TENANT_SETTING = 'outdial.tenant_id';
