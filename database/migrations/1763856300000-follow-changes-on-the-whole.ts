import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Makes counters and wake-up times follow the net change of a statement. An update that leaves every status as it was
 * changes nothing and locks no campaign.
 *
 * `wake_at` is the earliest time at which a running campaign is woken. Any process sets it when a lead becomes pending,
 * a slot is freed or the last lead goes. The row is written even if its wake-up is due already. That write waits for a
 * claim in progress. The claim may have read before this change, and would write a later time.
 */
export class FollowChangesOnTheWhole1763856300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of FOLLOWED) await runner.query(`DROP FUNCTION tally_${table}() CASCADE`);
    await runner.query('DROP FUNCTION add_to_tallies(jsonb)');
    await runner.query(`
      CREATE FUNCTION add_to_tallies(tallied text, moves jsonb, passing text[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        changes jsonb := (
          SELECT jsonb_agg(g) FROM (
            SELECT campaign_id, status, sum(n)::bigint AS n
            FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint)
            WHERE status <> ALL (passing) GROUP BY 1, 2 HAVING sum(n) <> 0) g);
      BEGIN
        IF changes IS NULL THEN RETURN; END IF;
        INSERT INTO campaign_tallies AS t (campaign_id, subject, status, n)
        SELECT c.campaign_id, tallied, c.status, c.n
          FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, status text, n bigint)
        JOIN campaigns ON campaigns.id = c.campaign_id
        WHERE c.n > 0 ORDER BY 1, 2, 3
        ON CONFLICT (campaign_id, subject, status) DO UPDATE SET n = t.n + EXCLUDED.n;
        UPDATE campaign_tallies AS t SET n = t.n + c.n
          FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, status text, n bigint)
        WHERE c.n < 0 AND (t.campaign_id, t.subject, t.status) = (c.campaign_id, tallied, c.status);
      END $$;

      CREATE FUNCTION follow_leads() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        moves jsonb;
      BEGIN
        CASE TG_OP
          WHEN 'INSERT' THEN SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, count(*) AS n, min(next_attempt_at) AS due_at FROM added GROUP BY 1, 2) m;
          WHEN 'DELETE' THEN SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, -count(*) AS n FROM gone GROUP BY 1, 2) m;
          ELSE SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, sum(n) AS n, min(due_at) AS due_at FROM (
              SELECT campaign_id, status, 1 AS n, next_attempt_at AS due_at FROM added
              UNION ALL SELECT campaign_id, status, -1, NULL FROM gone) both_sides GROUP BY 1, 2) m;
        END CASE;
        PERFORM add_to_tallies('lead', moves, '{pending,in_progress}');
        UPDATE campaigns SET
          total_leads = total_leads + g.n,
          wake_at = CASE WHEN status = 'running' THEN least(campaigns.wake_at, g.wake_at) ELSE campaigns.wake_at END
        FROM (
          SELECT campaign_id, coalesce(sum(n) FILTER (WHERE status <> 'removed'), 0) AS n,
            least(min(due_at) FILTER (WHERE status = 'pending'),
                  CASE WHEN sum(n) FILTER (WHERE status IN ('pending', 'in_progress')) < 0 THEN now() END) AS wake_at
          FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint, due_at timestamptz)
            GROUP BY 1) g
        WHERE campaigns.id = g.campaign_id
          AND (g.n <> 0 OR campaigns.status = 'running' AND g.wake_at IS NOT NULL);
        RETURN NULL;
      END $$;

      CREATE FUNCTION follow_dialer_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        moves jsonb;
      BEGIN
        CASE TG_OP
          WHEN 'INSERT' THEN SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, count(*) AS n, sum(extract(epoch FROM finished_at - created_at)) AS seconds
            FROM added GROUP BY 1, 2) m;
          WHEN 'DELETE' THEN SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, -count(*) AS n, -sum(extract(epoch FROM finished_at - created_at)) AS seconds
            FROM gone GROUP BY 1, 2) m;
          ELSE SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, sum(n) AS n, sum(n * seconds) AS seconds FROM (
              SELECT campaign_id, status, 1 AS n, extract(epoch FROM finished_at - created_at) AS seconds FROM added
              UNION ALL
              SELECT campaign_id, status, -1, extract(epoch FROM finished_at - created_at) FROM gone) both_sides
                GROUP BY 1, 2) m;
        END CASE;
        PERFORM add_to_tallies('dialer_job', moves, '{queued,dialing,active,unconfirmed}');
        UPDATE campaigns SET
          slot_seconds = slot_seconds + g.seconds,
          wake_at = CASE WHEN status = 'running' THEN least(wake_at, now()) ELSE wake_at END
        FROM (
          SELECT campaign_id, sum(n) AS n, coalesce(sum(seconds) FILTER (WHERE status IN ('succeeded', 'failed')),
            0) AS seconds
          FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint, seconds numeric)
          WHERE status IN ('succeeded', 'failed', 'canceled', 'skipped') GROUP BY 1) g
        WHERE campaigns.id = g.campaign_id AND g.n <> 0;
        RETURN NULL;
      END $$;

      CREATE FUNCTION follow_calls() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        moves jsonb;
      BEGIN
        CASE TG_OP
          WHEN 'INSERT' THEN SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, outcome, count(*) AS n, sum(duration_seconds) AS talk, sum(cost) AS cost
            FROM added GROUP BY 1, 2, 3) m;
          WHEN 'DELETE' THEN SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, outcome, -count(*) AS n, -sum(duration_seconds) AS talk, -sum(cost) AS cost
            FROM gone GROUP BY 1, 2, 3) m;
          ELSE SELECT jsonb_agg(m) INTO moves FROM (
            SELECT campaign_id, status, outcome, sum(n) AS n, sum(n * duration_seconds) AS talk, sum(n * cost) AS cost
              FROM (
              SELECT campaign_id, status, outcome, duration_seconds, cost, 1 AS n FROM added
              UNION ALL SELECT campaign_id, status, outcome, duration_seconds, cost, -1 FROM gone) both_sides
            GROUP BY 1, 2, 3) m;
        END CASE;
        PERFORM add_to_tallies('call', moves, '{initiated,ringing,in_progress}');
        PERFORM add_to_tallies('outcome', (
          SELECT jsonb_agg(jsonb_build_object('campaign_id', m ->> 'campaign_id', 'status', m ->> 'outcome', 'n',
            m -> 'n'))
          FROM jsonb_array_elements(moves) AS m WHERE m ->> 'outcome' IS NOT NULL), '{}');
        UPDATE campaigns SET
          calls_completed = calls_completed + g.completed, calls_failed = calls_failed + g.failed,
          talk_seconds = talk_seconds + g.talk, total_cost = total_cost + g.cost
        FROM (
          SELECT campaign_id,
            coalesce(sum(n) FILTER (WHERE status = 'completed'), 0) AS completed,
            coalesce(sum(n) FILTER (WHERE status IN ('no_answer', 'busy', 'failed', 'canceled', 'lost')), 0) AS failed,
            coalesce(sum(talk), 0) AS talk, coalesce(sum(cost), 0) AS cost
          FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint, talk bigint, cost numeric)
            GROUP BY 1) g
        WHERE campaigns.id = g.campaign_id AND (g.completed <> 0 OR g.failed <> 0 OR g.talk <> 0 OR g.cost <> 0);
        RETURN NULL;
      END $$;`);
    for (const table of FOLLOWED) for (const trigger of triggersOf(table)) await runner.query(trigger);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of FOLLOWED) await runner.query(`DROP FUNCTION follow_${table}() CASCADE`);
    await runner.query('DROP FUNCTION add_to_tallies(text, jsonb, text[])');
    await createFormerFunctions(runner);
  }
}

const FOLLOWED = ['leads', 'dialer_jobs', 'calls'];

function triggersOf(table: string): string[] {
  const trigger = (name: string, operation: string, sides: string) => `
    CREATE TRIGGER ${table}_follow_${name} AFTER ${operation} ON ${table} REFERENCING ${sides}
    FOR EACH STATEMENT EXECUTE FUNCTION follow_${table}()`;
  return [
    trigger('inserted', 'INSERT', 'NEW TABLE AS added'),
    trigger('updated', 'UPDATE', 'NEW TABLE AS added OLD TABLE AS gone'),
    trigger('deleted', 'DELETE', 'OLD TABLE AS gone'),
  ];
}

/** Restores the functions and triggers of the version before, for the way back. */
async function createFormerFunctions(runner: QueryRunner): Promise<void> {
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
  for (const table of FOLLOWED) for (const trigger of formerTriggersOf(table)) await runner.query(trigger);
}

/**
 * Triggers fire in the order of their names. An update adds the new rows before it subtracts the old ones, so no tally
 * falls below zero.
 */
function formerTriggersOf(table: string): string[] {
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
