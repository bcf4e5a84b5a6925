import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calling codes under which no number begins with a zero, as libphonenumber had them at the time. */
const CODES_WITHOUT_ZEROS = [
  '1|7|20|27|30|31|32|33|34|36|40|41|43|44|45|46|48|49|51|52|53|54|55|56|57|58|60|61|63|64|65|84|86|90|92|93|94|95',
  '98|211|212|213|216|218|220|221|222|223|224|228|230|231|232|233|234|235|236|237|238|239|240|243|244|245|246|248',
  '249|251|252|253|254|255|256|257|258|260|261|262|263|264|265|266|269|290|291|297|298|299|350|351|352|353|354|355',
  '356|357|358|370|371|372|373|374|375|376|377|380|381|382|383|385|386|387|389|420|421|423|500|502|503|504|505|506',
  '508|509|590|591|592|593|594|595|596|597|599|670|672|673|674|675|677|678|680|681|682|683|685|686|688|689|690|691',
  '692|850|852|855|856|880|886|960|961|962|963|964|965|966|967|968|970|971|972|973|975|976|977|993|994|995|996|998',
].join('|');

/**
 * SQL of the number that rings, as this version stores it. It has no zero after the country's code, no 1 of Mexico's
 * old plan, and the 9 of Brazilian mobiles.
 */
const RINGING = `regexp_replace(regexp_replace(regexp_replace(phone_number,
  '^\\+(${CODES_WITHOUT_ZEROS})0+([1-9])', '+\\1\\2'),
  '^\\+521([2-9][0-9]{9})$', '+52\\1'),
  '^\\+55([1-9]{2})([689][0-9]{7})$', '+55\\19\\2')`;

/**
 * Rewrites numbers that earlier versions stored with a national prefix (`+48 0 22 …`), as they ring. The list, consents
 * and leads then name a person alike. Ended calls and jobs keep the number that was dialed.
 */
export class DropTrunkPrefixes1763858250000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REWRITE_LIST);
    await runner.query(REWRITE_CONSENTS);
    await runner.query(RANK_WRITINGS);
    await runner.query(MERGE_LEADS);
    await runner.query(REWRITE_LEADS);
  }

  /** Changes nothing: the original writing is unknown, and the version before reads the numbers as they are. */
  async down(): Promise<void> {}
}

/** Keeps the strictest of several entries of one person: an opt-out, then one without an end, then the latest end. */
const REWRITE_LIST = `
  WITH written AS (
    DELETE FROM dnc_entries WHERE phone_number <> ${RINGING} RETURNING *, ${RINGING} AS ringing
  )
  INSERT INTO dnc_entries AS d (tenant_id, phone_number, reason, source, expires_at, created_at, import_id)
  SELECT DISTINCT ON (tenant_id, ringing) tenant_id, ringing, reason, source, expires_at, created_at, import_id
  FROM written ORDER BY tenant_id, ringing, source = 'opt_out' DESC, expires_at DESC NULLS FIRST
  ON CONFLICT (tenant_id, phone_number) DO UPDATE SET
    reason = coalesce(d.reason, EXCLUDED.reason),
    source = CASE WHEN EXCLUDED.source = 'opt_out' THEN EXCLUDED.source ELSE d.source END,
    created_at = CASE WHEN d.source <> 'opt_out' AND EXCLUDED.source = 'opt_out' THEN EXCLUDED.created_at
      ELSE d.created_at END,
    import_id = NULL,
    expires_at = CASE WHEN 'opt_out' NOT IN (d.source, EXCLUDED.source) AND d.expires_at IS NOT NULL
      AND EXCLUDED.expires_at IS NOT NULL THEN greatest(d.expires_at, EXCLUDED.expires_at) END`;

const REWRITE_CONSENTS = `
  ALTER TABLE consents DISABLE TRIGGER consents_append_only;
  UPDATE consents SET phone_number = ${RINGING} WHERE phone_number <> ${RINGING};
  ALTER TABLE consents ENABLE TRIGGER consents_append_only`;

/**
 * Orders the leads that have to be merged.
 *
 * 1. Find the leads whose number is not written as it rings, and those of the same campaign written right.
 * 2. Put first the lead that stays: with a live job, else with most progress, else the one written right.
 */
const RANK_WRITINGS = `
  CREATE TEMPORARY TABLE writings ON COMMIT DROP AS
  WITH wrong AS MATERIALIZED (
    SELECT id, campaign_id, ${RINGING} AS ringing FROM leads WHERE phone_number <> ${RINGING}
  ), all_of_them AS (
    SELECT id, ringing FROM wrong
    UNION SELECT l.id, w.ringing FROM wrong w
      JOIN leads l ON l.campaign_id = w.campaign_id AND l.phone_number = w.ringing
  )
  SELECT id, ringing, phone_number, call_attempts, last_called_at, retry_at, is_live,
    first_value(id) OVER ranking AS stays, row_number() OVER ranking AS rank
  FROM (
    SELECT l.*, o.ringing,
      EXISTS (SELECT FROM dialer_jobs j WHERE j.lead_id = l.id AND j.check_at IS NOT NULL) AS is_live,
      array_position(ARRAY['suppressed', 'completed', 'invalid', 'in_progress', 'exhausted', 'expired', 'pending'],
        l.status::text) AS stage
    FROM all_of_them o JOIN leads l USING (id)
  ) l
  WINDOW ranking AS (PARTITION BY campaign_id, ringing ORDER BY is_live DESC, is_live AND phone_number = ringing DESC,
    outcome IS NOT DISTINCT FROM 'opt_out' DESC, stage NULLS LAST, phone_number = ringing DESC, created_at, id)`;

/**
 * Merges leads.
 *
 * 1. Add the attempts of the other leads before those of the one that stays. It waits as long as any of them.
 * 2. Give it their jobs and calls. A lead with a live call is removed instead, and never dialed again.
 * 3. Delete the others, which have nothing left.
 */
const MERGE_LEADS = `
  CREATE TEMPORARY TABLE merged ON COMMIT DROP AS SELECT * FROM writings WHERE rank > 1 AND NOT is_live;
  CREATE TEMPORARY TABLE earlier ON COMMIT DROP AS
    SELECT stays, sum(call_attempts)::int AS attempts, max(last_called_at) AS called_at, max(retry_at) AS retry_at
    FROM merged GROUP BY stays;
  UPDATE calls c SET attempt = c.attempt + e.attempts FROM earlier e WHERE c.lead_id = e.stays AND e.attempts > 0;
  UPDATE leads l SET call_attempts = l.call_attempts + e.attempts, earlier_attempts = l.earlier_attempts + e.attempts,
    last_called_at = greatest(l.last_called_at, e.called_at), retry_at = greatest(l.retry_at, e.retry_at),
    next_attempt_at = greatest(l.next_attempt_at, e.retry_at)
  FROM earlier e WHERE l.id = e.stays;
  UPDATE dialer_jobs j SET lead_id = m.stays FROM merged m WHERE j.lead_id = m.id;
  UPDATE calls c SET lead_id = m.stays FROM merged m WHERE c.lead_id = m.id;
  DELETE FROM leads l USING merged m WHERE l.id = m.id;
  UPDATE leads l SET status = 'removed' FROM writings w WHERE l.id = w.id AND w.rank > 1 AND w.is_live`;

const REWRITE_LEADS = `
  UPDATE leads l SET phone_number = w.ringing FROM writings w
  WHERE l.id = w.id AND w.rank = 1 AND w.phone_number <> w.ringing;
  UPDATE dialer_jobs j SET phone_number = w.ringing FROM writings w
  WHERE j.lead_id = w.id AND w.rank = 1 AND j.status = 'queued' AND j.phone_number <> w.ringing`;
