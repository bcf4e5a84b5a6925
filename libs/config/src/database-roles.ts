/**
 * Roles of the database, made by the migrations (docs/security.md). The processes work as `APP_ROLE`, which owns no
 * table and is no superuser; what is done for a user of a tenant is done as `TENANT_ROLE`, which sees that tenant's
 * rows alone.
 */
export const APP_ROLE = 'outdial_app';
export const TENANT_ROLE = 'outdial_tenant';
/** What signed-in users of a Supabase project may read of Outdial's tables; `authenticated` is made a member of it. */
export const READER_ROLE = 'outdial_reader';

/** Where the migrations that were applied are written down. */
export const MIGRATIONS_TABLE = 'schema_migrations';

/** The setting, local to a transaction, that says for which tenant it is done. */
export const TENANT_SETTING = 'outdial.tenant_id';
