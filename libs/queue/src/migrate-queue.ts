import { runMigrations } from 'bullmq';
import pg from 'pg';
import { APP_ROLE } from '#config/database-roles.js';

/** Migrates the schema `bullmq` to the version of this BullMQ. Safe to run in several processes at once. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await runMigrations(client);
    await client.query(OPEN_TO_THE_APP);
  } finally {
    await client.end();
  }
}

/** Grants the app the right to create: BullMQ makes a sequence for each queue when it is first used. */
const OPEN_TO_THE_APP = `
  GRANT USAGE, CREATE ON SCHEMA bullmq TO ${APP_ROLE};
  GRANT ALL ON ALL TABLES IN SCHEMA bullmq TO ${APP_ROLE};
  GRANT ALL ON ALL SEQUENCES IN SCHEMA bullmq TO ${APP_ROLE}`;
