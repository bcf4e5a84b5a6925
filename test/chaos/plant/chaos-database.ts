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

/**
 * The database notes by itself, in a schema of ours, every commit of a placement and of a campaign's status. A note's row never changes,
 * so the commit time of its transaction stays readable.
 */
export async function watchCommits(database: ChaosDatabase): Promise<void> {
  await database.query(`
    CREATE SCHEMA chaos;
    CREATE TABLE chaos.placements (dialer_job_id uuid, campaign_id uuid);
    CREATE TABLE chaos.status_changes (campaign_id uuid, became text);
    CREATE FUNCTION chaos.note_placement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO chaos.placements VALUES (NEW.dialer_job_id, NEW.campaign_id);
      RETURN NULL;
    END $$;
    CREATE FUNCTION chaos.note_status() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO chaos.status_changes VALUES (NEW.id, NEW.status);
      RETURN NULL;
    END $$;
    CREATE TRIGGER chaos_note_placement AFTER INSERT ON public.calls FOR EACH ROW EXECUTE FUNCTION chaos.note_placement();
    CREATE TRIGGER chaos_note_status AFTER UPDATE ON public.campaigns FOR EACH ROW
      WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION chaos.note_status()`);
}
