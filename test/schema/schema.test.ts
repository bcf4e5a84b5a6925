import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, MIGRATIONS, ownerOptions } from '#database/data-source-options.js';
import { migrateDatabase } from '#database/migrate.js';
import { catalogOf } from '../support/catalog.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('Schema', () => {
  let migrated: TestDatabase;
  let empty: TestDatabase;

  beforeAll(async () => {
    [migrated, empty] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
  });

  afterAll(async () => {
    await Promise.all([migrated.drop(), empty.drop()]);
  });

  it.each(['campaigns', 'leads', 'calls', 'conversations', 'dialer_jobs', 'recordings', 'user_profiles', 'tenants'])(
    'has the table %s',
    async (table) => {
      expect(await catalogOf(migrated)).toContain(`table ${table}, row security t`);
    },
  );

  it('is the same from schema.sql as from the migrations', async () => {
    await empty.query(await readFile('database/schema.sql', 'utf8'));
    expect(await catalogOf(empty)).toEqual(await catalogOf(migrated));
  });

  it('has row-level security on every table, that of the migrations too', async () => {
    const open = await migrated.query(
      `SELECT relname FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity`,
    );
    expect(open).toEqual([]);
  });

  it('shows an ordinary role nothing', async () => {
    await migrated.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
    await migrated.query(`
      DO $$ BEGIN CREATE ROLE ordinary NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ordinary`);
    const client = new pg.Client({ connectionString: migrated.url });
    await client.connect();
    await client.query('SET ROLE ordinary');
    expect((await client.query('SELECT id FROM tenants')).rows).toEqual([]);
    await expect(client.query(`INSERT INTO tenants (business_name) VALUES ('x')`)).rejects.toThrow(
      /row-level security/,
    );
    await client.end();
  });

  it.each([
    [
      'campaigns',
      `INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id, status)
       SELECT id, 'c', 'p', 'v', 'asleep' FROM tenants`,
    ],
    ['tenants', `INSERT INTO tenants (business_name, default_country) VALUES ('x', 'gb')`],
  ])('refuses a value that %s does not know', async (_table, statement) => {
    await migrated.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
    await expect(migrated.query(statement)).rejects.toThrow(/violates check constraint/);
  });

  it('is seen by TypeORM as it is', async () => {
    const source = await new DataSource(dataSourceOptions(migrated.url, { poolSize: 1 })).initialize();
    const mapped = source.entityMetadatas.flatMap((entity) =>
      entity.columns.map((column) => ({
        column: `${entity.tableName}.${column.databaseName}`,
        type: source.driver.normalizeType(column),
        length: column.length || null,
        is_nullable: column.isNullable,
      })),
    );
    await source.destroy();
    expect(mapped.sort(byColumn)).toEqual((await realColumns(migrated)).sort(byColumn));
  });

  it('can be taken back, migration by migration, each to what was before it, and built again', async () => {
    const database = await createEmptyDatabase();
    const before: string[][] = [];
    for (const [done] of MIGRATIONS.entries()) {
      before.push(await catalogOf(database));
      await withSource(database, MIGRATIONS.slice(0, done + 1), (source) => source.runMigrations());
    }
    await withSource(database, MIGRATIONS, async (source) => {
      for (const [index, { name }] of [...MIGRATIONS.entries()].toReversed()) {
        await source.undoLastMigration();
        const left = differences(await catalogOf(database), before[index]!);
        expect([name, left.filter((line) => !LEFT_ON_PURPOSE.test(line))]).toEqual([name, []]);
      }
    });
    await migrateDatabase(database.url);
    expect(await catalogOf(database)).toEqual(await catalogOf(migrated));
    await database.drop();
  });

  it('applies each migration once, however many migrate at the same time', async () => {
    const database = await createEmptyDatabase();
    const applied = await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url)));
    expect(applied.flat()).toHaveLength(MIGRATIONS.length);
    await database.drop();
  });

  it('refuses a database that a newer version has migrated, and changes nothing in it', async () => {
    const database = await createTestDatabase();
    await database.query(
      `INSERT INTO schema_migrations (timestamp, name) VALUES (9999999999999, 'AddTheFuture9999999999999')`,
    );
    await expect(migrateDatabase(database.url)).rejects.toThrow(
      /newer version of Outdial \(it has AddTheFuture9999999999999\)/,
    );
    await database.drop();
  });
});

/** Names what undoing leaves: the audit log may hold acts of API keys, and none of its rows is ever deleted. */
const LEFT_ON_PURPOSE = /audit_log_actor_kind_check/;

async function withSource(
  { url }: TestDatabase,
  migrations: typeof MIGRATIONS,
  work: (source: DataSource) => Promise<unknown>,
): Promise<void> {
  const source = await new DataSource({ ...ownerOptions(url), migrations: [...migrations] }).initialize();
  await work(source).finally(() => source.destroy());
}

function differences(actual: readonly string[], expected: readonly string[]): string[] {
  return [
    ...actual.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
    ...expected.filter((line) => !actual.includes(line)).map((line) => `- ${line}`),
  ];
}

function byColumn(a: { column: string }, b: { column: string }): number {
  return a.column.localeCompare(b.column);
}

function realColumns(database: TestDatabase) {
  return database.query<{ column: string; type: string; length: string | null; is_nullable: boolean }>(`
    SELECT table_name || '.' || column_name AS column, data_type AS type, character_maximum_length::text AS length,
      is_nullable = 'YES' AS is_nullable
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'`);
}
