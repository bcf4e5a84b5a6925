import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Renames tables and columns to the words of the glossary. An area has calling hours, a call report is what a provider
 * says of a call. A webhook is its request, a rejection its "no", a route the way of a call. No row changes. Processes
 * of the version before cannot use the new names, so all are stopped for it.
 */
export class RenamePlacesAndEvents1763858730000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FORWARD.map(rename).join(';\n'));
    await runner.query(noteFunctions('area'));
    await runner.query(`DROP FUNCTION note_places() CASCADE; DROP FUNCTION note_place() CASCADE;`);
    await runner.query(closeFunctions('area'));
    await runner.query(RENAME_NOT_NULLS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(FORWARD.toReversed().map(backward).map(rename).join(';\n'));
    await runner.query(noteFunctions('place'));
    await runner.query(`DROP FUNCTION note_areas() CASCADE; DROP FUNCTION note_area() CASCADE;`);
    await runner.query(closeFunctions('place'));
    await runner.query(RENAME_NOT_NULLS);
  }
}

type Renaming = readonly [object: string, from: string, to: string];

/** Renames in the order in which they run; a table's columns and constraints follow it. */
const FORWARD: readonly Renaming[] = [
  ['TABLE', 'places', 'areas'],
  ['SEQUENCE', 'places_id_seq', 'areas_id_seq'],
  ['INDEX', 'places_pkey', 'areas_pkey'],
  ['INDEX', 'places_key_key', 'areas_key_key'],
  ['CONSTRAINT areas', 'places_number_kind_check', 'areas_number_kind_check'],
  ['COLUMN leads', 'place_id', 'area_id'],
  ['CONSTRAINT leads', 'leads_place_id_fkey', 'leads_area_id_fkey'],
  ['COLUMN campaign_hours', 'place_id', 'area_id'],
  ['CONSTRAINT campaign_hours', 'campaign_hours_place_id_fkey', 'campaign_hours_area_id_fkey'],
  ['TABLE', 'late_looks', 'cost_lookups'],
  ['INDEX', 'late_looks_pkey', 'cost_lookups_pkey'],
  ['INDEX', 'late_looks_due_at_idx', 'cost_lookups_due_at_idx'],
  ['CONSTRAINT cost_lookups', 'late_looks_call_id_fkey', 'cost_lookups_call_id_fkey'],
  ['TABLE', 'call_events', 'call_reports'],
  ['INDEX', 'call_events_pkey', 'call_reports_pkey'],
  ['CONSTRAINT call_reports', 'call_events_call_id_fkey', 'call_reports_call_id_fkey'],
  ['COLUMN call_reports', 'event_key', 'report_key'],
  ['TABLE', 'provider_callbacks', 'provider_webhooks'],
  ['INDEX', 'provider_callbacks_pkey', 'provider_webhooks_pkey'],
  ['INDEX', 'provider_callbacks_digest_key', 'provider_webhooks_digest_key'],
  ['INDEX', 'provider_callbacks_account_idx', 'provider_webhooks_account_idx'],
  ['INDEX', 'provider_callbacks_received_at_idx', 'provider_webhooks_received_at_idx'],
  ['COLUMN campaigns', 'provider_refusal', 'provider_rejection'],
  ['COLUMN campaigns', 'provider_refused_since', 'provider_rejected_since'],
  ['COLUMN campaigns', 'provider_refused_until', 'provider_rejected_until'],
  ['CONSTRAINT campaigns', 'campaigns_refusal_is_whole', 'campaigns_rejection_is_whole'],
  ['COLUMN imports', 'held_until', 'claimed_until'],
  ['COLUMN pacing', 'line', 'route'],
];

function rename([object, from, to]: Renaming): string {
  const [kind, table] = object.split(' ');
  return table === undefined
    ? `ALTER ${kind} ${from} RENAME TO ${to}`
    : `ALTER TABLE ${table} RENAME ${kind} ${from} TO ${to}`;
}

function backward([object, from, to]: Renaming): Renaming {
  const [kind, table] = object.split(' ');
  return [table === undefined ? kind! : `${kind} ${table}`, to, from];
}

/** PostgreSQL 18 stores NOT NULL as constraints, whose names have those of table and column. */
const RENAME_NOT_NULLS = `
  DO $$ DECLARE kept record; BEGIN
    FOR kept IN
      SELECT r.relname, c.conname, left(format('%s_%s', r.relname, a.attname), 54) || '_not_null' AS name
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'n' AND r.relnamespace = 'public'::regnamespace
        AND r.relname IN ('areas', 'places', 'campaign_hours', 'cost_lookups', 'late_looks', 'call_reports',
          'call_events',
          'provider_webhooks', 'provider_callbacks', 'pacing') LOOP
      IF kept.conname <> kept.name THEN
        EXECUTE format('ALTER TABLE %I RENAME CONSTRAINT %I TO %I', kept.relname, kept.conname, kept.name);
      END IF;
    END LOOP;
  END $$`;

/** Makes the functions and triggers that note the areas in which a campaign has leads. */
function noteFunctions(area: 'area' | 'place'): string {
  return `
    CREATE FUNCTION note_${area}s() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO campaign_hours (campaign_id, ${area}_id)
      SELECT DISTINCT campaign_id, ${area}_id FROM added WHERE ${area}_id IS NOT NULL ORDER BY 1, 2
      ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$;

    CREATE FUNCTION note_${area}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO campaign_hours (campaign_id, ${area}_id) VALUES (NEW.campaign_id, NEW.${area}_id)
        ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$;

    CREATE TRIGGER leads_note_${area}s AFTER INSERT ON leads REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION note_${area}s();
    CREATE TRIGGER leads_note_${area} AFTER UPDATE OF ${area}_id ON leads
      FOR EACH ROW WHEN (NEW.${area}_id IS DISTINCT FROM OLD.${area}_id AND NEW.${area}_id IS NOT NULL)
      EXECUTE FUNCTION note_${area}();`;
}

/** Revokes the right to call the new functions, which only triggers use, from every role. */
function closeFunctions(area: 'area' | 'place'): string {
  return `
    DO $$ DECLARE role name; item text; BEGIN
      FOREACH item IN ARRAY '{note_${area}s(), note_${area}()}'::text[] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', item);
        FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role') LOOP
          EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', item, role);
        END LOOP;
      END LOOP;
    END $$;`;
}
