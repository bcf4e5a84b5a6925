import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
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

  /** Another campaign beside this one, and a place that both know. */
  async insertEmptyCampaign(besideId: string): Promise<{ tenantId: string; campaignId: string; placeId: number }> {
    const [row] = await this.query<{ tenant_id: string; id: string; area_id: number }>(
      `INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id)
       SELECT tenant_id, 'Copied', system_prompt, voice_id FROM campaigns WHERE id = $1
       RETURNING tenant_id, id, (SELECT min(id) FROM areas) AS area_id`,
      [besideId],
    );
    return { tenantId: row!.tenant_id, campaignId: row!.id, placeId: row!.area_id };
  }

  /** COPY FROM STDIN, in the text format. */
  async copy(target: string, rows: Readable): Promise<void> {
    const client = await this.pool.connect();
    try {
      await pipeline(rows, client.query(copyFrom(`COPY ${target} FROM STDIN`)));
    } finally {
      client.release();
    }
  }

  async drop(): Promise<void> {
    await this.pool.end();
    await this.server.dropDatabase(this.url);
  }
}
