import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeps the counts that grow with a campaign, once per statement. Start and stats then cost the same at any size. Only
 * final states are tallied. Tallies of passing states would make every step of the engine wait for one row.
 */
export class CreateCampaignTallies1763856180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE campaign_tallies (
        campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
        subject varchar(50) NOT NULL CHECK (subject IN ('lead', 'dialer_job', 'call', 'outcome')),
        status varchar(50) NOT NULL,
        n bigint NOT NULL CHECK (n >= 0),
        PRIMARY KEY (campaign_id, subject, status)
      );
      ALTER TABLE campaign_tallies ENABLE ROW LEVEL SECURITY;`);
    await createTallyFunctions(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of COUNTED) await runner.query(`DROP FUNCTION tally_${table}() CASCADE`);
    await runner.query('DROP FUNCTION add_to_tallies(jsonb)');
    await runner.query('DROP TABLE campaign_tallies');
  }
}

async function createTallyFunctions(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION add_to_tallies(changes jsonb) RETURNS void LANGUAGE sql AS $$
      INSERT INTO campaign_tallies AS t (campaign_id, subject, status, n)
      SELECT c.campaign_id, c.subject, c.status, c.n
      FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, subject text, status text, n bigint)
      JOIN campaigns ON campaigns.id = c.campaign_id
      WHERE c.n > 0 ORDER BY 1, 2, 3
      ON CONFLICT (campaign_id, subject, status) DO UPDATE SET n = t.n + EXCLUDED.n;
      UPDATE campaign_tallies AS t SET n = t.n + c.n
      FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, subject text, status text, n bigint)
      WHERE c.n < 0 AND (t.campaign_id, t.subject, t.status) = (c.campaign_id, c.subject, c.status);
    $$;

    CREATE FUNCTION tally_leads() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      sign integer := TG_ARGV[0];
      changes jsonb := (
        SELECT jsonb_agg(g) FROM (
          SELECT campaign_id, 'lead' AS subject, status, sign * count(*) AS n FROM changed
          WHERE status NOT IN ('pending', 'in_progress') GROUP BY campaign_id, status) g);
    BEGIN
      IF changes IS NOT NULL THEN PERFORM add_to_tallies(changes); END IF;
      UPDATE campaigns SET total_leads = total_leads + g.n
      FROM (SELECT campaign_id, CASE WHEN TG_OP = 'UPDATE' THEN -sign ELSE sign END * count(*) AS n FROM changed
            WHERE (status = 'removed') = (TG_OP = 'UPDATE') GROUP BY campaign_id) g
      WHERE campaigns.id = g.campaign_id;
      RETURN NULL;
    END $$;

    CREATE FUNCTION tally_dialer_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      sign integer := TG_ARGV[0];
      changes jsonb := (
        SELECT jsonb_agg(g) FROM (
          SELECT campaign_id, 'dialer_job' AS subject, status, sign * count(*) AS n FROM changed
          WHERE status IN ('succeeded', 'failed', 'canceled', 'skipped') GROUP BY campaign_id, status) g);
    BEGIN
      IF changes IS NOT NULL THEN PERFORM add_to_tallies(changes); END IF;
      RETURN NULL;
    END $$;

    CREATE FUNCTION tally_calls() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      sign integer := TG_ARGV[0];
      changes jsonb := (
        SELECT jsonb_agg(g) FROM (
          SELECT campaign_id, 'call' AS subject, status, sign * count(*) AS n FROM changed
          WHERE status NOT IN ('initiated', 'ringing', 'in_progress') GROUP BY campaign_id, status
          UNION ALL
          SELECT campaign_id, 'outcome', outcome, sign * count(*) FROM changed
          WHERE outcome IS NOT NULL GROUP BY campaign_id, outcome) g);
    BEGIN
      IF changes IS NULL THEN RETURN NULL; END IF;
      PERFORM add_to_tallies(changes);
      UPDATE campaigns
      SET calls_completed = calls_completed + g.completed, calls_failed = calls_failed + g.failed
      FROM (SELECT campaign_id, sign * count(*) FILTER (WHERE status = 'completed') AS completed,
                   sign * count(*) FILTER (WHERE status <> 'completed') AS failed
            FROM changed WHERE status NOT IN ('initiated', 'ringing', 'in_progress') GROUP BY campaign_id) g
      WHERE campaigns.id = g.campaign_id;
      RETURN NULL;
    END $$;
  `);
  for (const table of COUNTED) for (const trigger of triggersOf(table)) await runner.query(trigger);
}

const COUNTED = ['leads', 'dialer_jobs', 'calls'];

/**
 * Triggers fire in the order of their names. An update adds the new rows before it subtracts the old ones, so no tally
 * falls below zero.
 */
function triggersOf(table: string): string[] {
  const trigger = (name: string, operation: string, side: 'OLD' | 'NEW') => `
    CREATE TRIGGER ${table}_tally_${name} AFTER ${operation} ON ${table} REFERENCING ${side} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_${table}('${side === 'NEW' ? 1 : -1}')`;
  return [
    trigger('inserted', 'INSERT', 'NEW'),
    trigger('updated_new', 'UPDATE', 'NEW'),
    trigger('updated_old', 'UPDATE', 'OLD'),
    trigger('deleted', 'DELETE', 'OLD'),
  ];
}
