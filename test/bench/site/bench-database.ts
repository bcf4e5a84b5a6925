import pg from 'pg';
import { migrateDatabase } from '#database/migrate.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import type { PostgresServer } from './postgres-server.js';

/** A migrated database with one campaign's leads in it, and how it is looked at. */
export class BenchDatabase {
  private readonly pool: pg.Pool;

  private constructor(
    readonly url: string,
    private readonly server: PostgresServer,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: 3 });
    this.pool.on('error', () => undefined);
  }

  static async create(server: PostgresServer): Promise<BenchDatabase> {
    const url = await server.createDatabase();
    await migrateDatabase(url);
    await migrateQueue(url);
    return new BenchDatabase(url, server);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  async drop(): Promise<void> {
    await this.pool.end();
    await this.server.dropDatabase(this.url);
  }
}
