import pg from 'pg';

/** The runner's own way into the database, past the proxy: to hurt it, to look into it, to judge. */
export class ChaosDatabase {
  private readonly pool: pg.Pool;

  constructor(private readonly url: string) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: 6,
      application_name: 'chaos',
      connectionTimeoutMillis: 5_000,
      statement_timeout: 60_000,
    });
    this.pool.on('error', () => undefined);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** All in one transaction on a connection of its own; what fails rolls back. */
  async transaction(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'chaos' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
