import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds calling windows by area, frequency caps, consent, and the reasons for which a call was allowed. */
export class AddCallingHours1763856360000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tenants
        ADD COLUMN uses_rule_packs boolean NOT NULL DEFAULT true,
        ADD COLUMN min_gap_seconds integer NOT NULL DEFAULT 0,
        ADD COLUMN cap_attempts integer,
        ADD COLUMN cap_days integer,
        ADD CONSTRAINT tenants_min_gap_seconds_check CHECK (min_gap_seconds BETWEEN 0 AND 2592000),
        ADD CONSTRAINT tenants_cap_attempts_check CHECK (cap_attempts BETWEEN 1 AND 100),
        ADD CONSTRAINT tenants_cap_days_check CHECK (cap_days BETWEEN 1 AND 365),
        ADD CONSTRAINT tenants_cap_is_whole CHECK ((cap_attempts IS NULL) = (cap_days IS NULL));

      ALTER TABLE campaigns
        ADD COLUMN calling_window jsonb,
        ADD COLUMN blackout_dates jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN skips_public_holidays boolean NOT NULL DEFAULT false,
        ADD COLUMN requires_consent boolean NOT NULL DEFAULT false;

      CREATE TABLE places (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key text NOT NULL UNIQUE,
        country char(2),
        region varchar(10),
        zones jsonb NOT NULL
      );
      ALTER TABLE places ENABLE ROW LEVEL SECURITY;

      CREATE TABLE campaign_hours (
        campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
        place_id integer NOT NULL REFERENCES places,
        opens_at timestamptz NOT NULL DEFAULT '-infinity',
        closes_at timestamptz NOT NULL DEFAULT '-infinity',
        grounds jsonb,
        PRIMARY KEY (campaign_id, place_id)
      );
      ALTER TABLE campaign_hours ENABLE ROW LEVEL SECURITY;

      ALTER TABLE leads
        ADD COLUMN timezone varchar(64),
        ADD COLUMN place_id integer REFERENCES places;
      CREATE INDEX leads_due_idx ON leads (campaign_id, place_id, next_attempt_at) WHERE status = 'pending';

      ALTER TABLE calls ADD COLUMN decision jsonb;

      CREATE FUNCTION note_places() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO campaign_hours (campaign_id, place_id)
        SELECT DISTINCT campaign_id, place_id FROM added WHERE place_id IS NOT NULL ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE FUNCTION note_place() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO campaign_hours (campaign_id, place_id) VALUES (NEW.campaign_id, NEW.place_id)
          ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER leads_note_places AFTER INSERT ON leads REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION note_places();
      CREATE TRIGGER leads_note_place AFTER UPDATE OF place_id ON leads
        FOR EACH ROW WHEN (NEW.place_id IS DISTINCT FROM OLD.place_id AND NEW.place_id IS NOT NULL)
          EXECUTE FUNCTION note_place();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER leads_note_place ON leads;
      DROP TRIGGER leads_note_places ON leads;
      DROP FUNCTION note_place();
      DROP FUNCTION note_places();
      ALTER TABLE calls DROP COLUMN decision;
      ALTER TABLE leads DROP COLUMN timezone, DROP COLUMN place_id;
      DROP TABLE campaign_hours;
      DROP TABLE places;
      ALTER TABLE campaigns DROP COLUMN calling_window, DROP COLUMN blackout_dates, DROP COLUMN skips_public_holidays,
        DROP COLUMN requires_consent;
      ALTER TABLE tenants DROP COLUMN uses_rule_packs, DROP COLUMN min_gap_seconds, DROP COLUMN cap_attempts,
        DROP COLUMN cap_days;`);
  }
}
