import { runMigrations } from 'bullmq';
import pg from 'pg';

/** Brings the schema `bullmq` to the version that this BullMQ wants; safe to run from several places at once. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
