import type { ChaosDatabase } from './chaos-database.js';

/**
 * Lets the database note every commit of a placement, and of whatever decides whether one is allowed. The notes have a
 * schema of their own. A note's row never changes, so the commit time of its transaction stays readable. `n` orders the
 * notes of one transaction. Consents are rows that never change either, and need no notes. The functions run as their
 * owner: the application's role has no rights in this schema.
 */
export async function watchCommits(database: ChaosDatabase): Promise<void> {
  await database.query(
    ['CREATE SCHEMA chaos', PLACEMENTS, STATUSES, DO_NOT_CALL, CAMPAIGN_TERMS, TENANT_TERMS].join(';'),
  );
}

const ORDER = 'n bigint GENERATED ALWAYS AS IDENTITY';

/**
 * Notes of placements. `noted_at` is when the attempt began to be written, not when its transaction began. The attempt
 * was decided for that instant.
 */
const PLACEMENTS = `
  CREATE TABLE chaos.placements (
    ${ORDER}, dialer_job_id uuid, campaign_id uuid, phone_number text, noted_at timestamptz);
  ${noteFunction(
    'placement',
    `INSERT INTO chaos.placements (dialer_job_id, campaign_id, phone_number, noted_at)
    VALUES (NEW.dialer_job_id, NEW.campaign_id, NEW.phone_number, statement_timestamp())`,
  )};
  CREATE TRIGGER chaos_note_placement AFTER INSERT ON public.calls
    FOR EACH ROW EXECUTE FUNCTION chaos.note_placement()`;

const STATUSES = `
  CREATE TABLE chaos.status_changes (${ORDER}, campaign_id uuid, became text);
  ${noteFunction('status', `INSERT INTO chaos.status_changes (campaign_id, became) VALUES (NEW.id, NEW.status)`)};
  CREATE TRIGGER chaos_note_status AFTER UPDATE ON public.campaigns FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION chaos.note_status()`;

const DO_NOT_CALL = `
  CREATE TABLE chaos.dnc_changes (${ORDER}, phone_number text, is_listed boolean, source text, expires_at timestamptz);
  ${noteFunction(
    'listing',
    `INSERT INTO chaos.dnc_changes (phone_number, is_listed, source, expires_at)
    VALUES (NEW.phone_number, true, NEW.source, NEW.expires_at)`,
  )};
  ${noteFunction(
    'removal',
    `INSERT INTO chaos.dnc_changes (phone_number, is_listed)
    VALUES (OLD.phone_number, false)`,
  )};
  CREATE TRIGGER chaos_note_listing AFTER INSERT OR UPDATE ON public.dnc_entries
    FOR EACH ROW EXECUTE FUNCTION chaos.note_listing();
  CREATE TRIGGER chaos_note_removal AFTER DELETE ON public.dnc_entries
    FOR EACH ROW EXECUTE FUNCTION chaos.note_removal()`;

/** Named columns: every edit writes them, the counters that move with each call do not. */
const CAMPAIGN_COLUMNS = 'calling_window, blackout_dates, requires_consent, min_gap_seconds';
const CAMPAIGN_TERMS = `
  CREATE TABLE chaos.campaign_terms (
    ${ORDER}, campaign_id uuid, calling_window jsonb, blackout_dates jsonb, requires_consent boolean,
    min_gap_seconds integer);
  ${noteFunction(
    'campaign_terms',
    `INSERT INTO chaos.campaign_terms (campaign_id, ${CAMPAIGN_COLUMNS})
    VALUES (NEW.id, NEW.calling_window, NEW.blackout_dates, NEW.requires_consent, NEW.min_gap_seconds)`,
  )};
  CREATE TRIGGER chaos_note_terms AFTER INSERT OR UPDATE OF ${CAMPAIGN_COLUMNS} ON public.campaigns
    FOR EACH ROW EXECUTE FUNCTION chaos.note_campaign_terms()`;

const TENANT_COLUMNS = 'min_gap_seconds, cap_attempts, cap_days';
const TENANT_TERMS = `
  CREATE TABLE chaos.tenant_terms (${ORDER}, min_gap_seconds integer, cap_attempts integer, cap_days integer);
  ${noteFunction(
    'tenant_terms',
    `INSERT INTO chaos.tenant_terms (${TENANT_COLUMNS})
    VALUES (NEW.min_gap_seconds, NEW.cap_attempts, NEW.cap_days)`,
  )};
  CREATE TRIGGER chaos_note_terms AFTER INSERT OR UPDATE OF ${TENANT_COLUMNS} ON public.tenants
    FOR EACH ROW EXECUTE FUNCTION chaos.note_tenant_terms()`;

function noteFunction(name: string, insert: string): string {
  return `CREATE FUNCTION chaos.note_${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN ${insert}; RETURN NULL; END $$`;
}
