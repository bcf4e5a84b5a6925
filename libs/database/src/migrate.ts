import { DataSource } from 'typeorm';
import { MIGRATIONS_TABLE } from '#config/database-roles.js';
import { ownerOptions, MIGRATIONS } from './data-source-options.js';

/**
 * Brings the database to this version's schema; safe to run from several places at once.
 * @returns the names of the migrations that were applied now.
 * @throws Error with a printable sentence when the database was migrated by a newer version.
 */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const dataSource = await new DataSource(ownerOptions(databaseUrl)).initialize();
  try {
    return await withMigrationLock(dataSource, async () => {
      await refuseNewerSchema(dataSource);
      const applied = await dataSource.runMigrations({ transaction: 'all' });
      return applied.map((migration) => migration.name);
    });
  } finally {
    await dataSource.destroy();
  }
}

/** Key of the advisory lock. Any constant works; it must be the same in every version. */
const MIGRATION_LOCK = 7_305_110;

async function withMigrationLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await runner.release();
  }
}

async function refuseNewerSchema(dataSource: DataSource): Promise<void> {
  const unknown = await unknownMigrations(dataSource);
  if (unknown.length === 0) return;
  throw new Error(
    `The database was migrated by a newer version of Outdial (it has ${unknown.join(', ')}): ` +
      `update this installation, or point DATABASE_URL at another database.`,
  );
}

/** Lists migrations that the database has and this version does not know. */
async function unknownMigrations(dataSource: DataSource): Promise<string[]> {
  const [table] = await dataSource.query<{ name: string | null }[]>('SELECT to_regclass($1)::text AS name', [
    MIGRATIONS_TABLE,
  ]);
  if (!table?.name) return [];
  const known = new Set(MIGRATIONS.map((migration) => migration.name));
  const applied = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY id`);
  return applied.map((row) => row.name).filter((name) => !known.has(name));
}
