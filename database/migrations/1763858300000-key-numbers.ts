import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Writings of one number as this version knew them: the writing without its plus, and its key. Numbers of `both` ring
 * as they are written; of `now` only the key rings.
 */
const WRITINGS = String.raw`
  both 549(\d{10}) 54\1
  now  521([2-9]\d{9}) 52\1
  now  55([1-9]{2})((?:[689]\d|7[1-6])\d{6}) 55\19\2
  now  57([124-8]\d{7}) 5760\1
  now  562(\d{7}) 5622\1
  now  56(3[2-5]|4[1235]|5[1-357]|6[13-57]|7[1-35])(\d{6}) 56\12\2
  now  593([89]\d{7}) 5939\1
  now  506([24-7]\d{6}) 5062\1
  now  506([38]\d{6}) 5068\1
  now  5995(\d{6}) 17215\1
  now  33((?:590|69[01])\d{6}) 590\1
  now  33([56]94\d{6}) 594\1
  now  33((?:596|69[67])\d{6}) 596\1
  now  33((?:26[239]|639|69[23])\d{6}) 262\1
  now  35348(\d{8}) 4428\1
  now  44171(\d{7}) 44207\1
  now  44181(\d{7}) 44208\1
  both 390549(\d{6}) 3780549\1
  now  39549(\d{6}) 3780549\1
  now  378([89]\d{5}) 3780549\1
  now  39((?:[269]\d|4[0-24-9]|5[0-46-9]|7[1-9])\d{4,8}|(?:43|55|70)\d{4,7}|[13]\d{5,7}|8\d{6}) 390\1
  now  377(4[45]\d{6}) 383\1
  now  386(4[39]\d{6}) 383\1
  now  381((?:2[89]|39)0\d{6}|[23][89]\d{6}) 383\1
  both 972(5[69]\d{7}|(?:22[2-47-9]|42[45]|82[014-68]|92[3569])\d{5}) 970\1
  now  966([1-467]\d{7}) 9661\1
  now  9743(\d{6}) 97433\1
  now  9744(\d{6}) 97444\1
  now  9745(\d{6}) 97455\1
  now  9746(\d{6}) 97466\1
  now  9747(\d{6}) 97477\1
  now  997([67]\d{9}) 7\1
  now  84120(\d{7}) 8470\1
  now  84121(\d{7}) 8479\1
  now  84122(\d{7}) 8477\1
  now  84126(\d{7}) 8476\1
  now  84128(\d{7}) 8478\1
  now  84123(\d{7}) 8483\1
  now  84124(\d{7}) 8484\1
  now  84125(\d{7}) 8485\1
  now  84127(\d{7}) 8481\1
  now  84129(\d{7}) 8482\1
  now  84162(\d{7}) 8432\1
  now  84163(\d{7}) 8433\1
  now  84164(\d{7}) 8434\1
  now  84165(\d{7}) 8435\1
  now  84166(\d{7}) 8436\1
  now  84167(\d{7}) 8437\1
  now  84168(\d{7}) 8438\1
  now  84169(\d{7}) 8439\1
  now  84186(\d{7}) 8456\1
  now  84188(\d{7}) 8458\1
  now  84199(\d{7}) 8459\1
  now  844(\d{8}) 8424\1
  now  212((?:2[2-9]|3[5-9])\d{6}) 2125\1
  now  212([14-7]\d{7}) 2126\1
  now  225((?:[04-7][0-3]|[89][1-3])\d{6}) 22501\1
  now  225([04-9][4-6]\d{6}) 22505\1
  now  225([04-9][7-9]\d{6}) 22507\1
  now  225([23]\d0\d{5}) 22525\1
  now  225(2\d8\d{5}) 22521\1
  now  225([23]\d[1-79]\d{5}) 22527\1
  now  229([24569]\d{7}) 22901\1
  now  230([79]\d{6}) 2305\1
  now  237((?:22|33)\d{6}) 2372\1
  now  237([79]\d{7}) 2376\1
  both 2411(\d{6}) 24111\1
  both 24101(\d{6}) 24111\1
  both 2412(\d{6}) 24162\1
  both 24102(\d{6}) 24162\1
  both 2414(\d{6}) 24174\1
  both 24104(\d{6}) 24174\1
  both 2415(\d{6}) 24165\1
  both 24105(\d{6}) 24165\1
  both 2416(\d{6}) 24166\1
  both 24106(\d{6}) 24166\1
  both 2417(\d{6}) 24177\1
  both 24107(\d{6}) 24177\1`;

const ROWS = WRITINGS.trim()
  .split('\n')
  .map((row) => row.trim().split(/ +/) as [rings: string, pattern: string, key: string]);

/** SQL that rewrites the number `n` by some of the rows. */
function rewriting(rows: typeof ROWS): string {
  const ofDigit = (digit: string) =>
    rows
      .filter(([, pattern]) => pattern.startsWith(digit))
      .map(([, pattern, key]) => `WHEN n ~ '^\\+${pattern}$' THEN regexp_replace(n, '^\\+${pattern}$', '+${key}')`);
  const digits = [...new Set(rows.map(([, pattern]) => pattern[0]!))];
  const cases = digits.map((digit) => `WHEN '+${digit}' THEN CASE ${ofDigit(digit).join('\n')} ELSE n END`);
  return `CASE left(n, 2) ${cases.join('\n')} ELSE n END`;
}

/**
 * Gives leads, calls, the do-not-call list and consents the key of their number. Rows of one phone are known by it,
 * however its number is written (docs/decisions/0028-one-key-for-one-line.md).
 *
 * 1. Rewrite the tables to add the keys: no trigger fires, and no row is written twice.
 * 2. Keep the strictest of several entries of the list, and the lead of a campaign with most progress.
 * 3. Give leads with a number of an earlier plan the number that is dialed today.
 * 4. Add the constraints.
 */
export class KeyNumbers1763858300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FUNCTIONS);
    await runner.query(KEYS);
    await runner.query(MERGE_LIST);
    await runner.query(RANK_LEADS);
    await runner.query(MERGE_LEADS);
    await runner.query(SPLIT_LIVE_CALLS);
    await runner.query(RENUMBER_LEADS);
    await runner.query(CONSTRAINTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX consents_number_idx;
      CREATE INDEX consents_number_idx ON consents (tenant_id, phone_number, given_at DESC, created_at DESC);
      ALTER TABLE consents DROP COLUMN number_key;
      ALTER TABLE dnc_entries DROP CONSTRAINT dnc_entries_pkey, ADD PRIMARY KEY (tenant_id, phone_number),
        DROP COLUMN number_key;
      DROP INDEX calls_one_live_per_number;
      CREATE UNIQUE INDEX calls_one_live_per_number ON calls (tenant_id, phone_number)
        WHERE status IN ('initiated', 'ringing', 'in_progress');
      ALTER TABLE calls DROP COLUMN number_key;
      ALTER TABLE leads DROP COLUMN number_key, DROP COLUMN merged_contacts`);
  }
}

const FUNCTIONS = `
  CREATE FUNCTION pg_temp.key_of(n text) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT ${rewriting(ROWS)} $f$;
  CREATE FUNCTION pg_temp.dialed_today(n text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $f$ SELECT ${rewriting(ROWS.filter(([rings]) => rings === 'now'))} $f$`;

const KEYS = ['leads', 'calls', 'dnc_entries', 'consents']
  .map(
    (table) => `
  ALTER TABLE ${table} ADD COLUMN number_key varchar(20);
  ALTER TABLE ${table} ALTER COLUMN number_key TYPE varchar(20) USING pg_temp.key_of(phone_number)`,
  )
  .join(';');

/**
 * Keeps the strictest entry. An opt-out stays and has no end; else the latest end counts, and all reasons are kept.
 * `outdial.erasing` keeps the deleted entries from being logged as removals, since their number stays listed.
 */
const MERGE_LIST = `
  CREATE TEMPORARY TABLE listed_once ON COMMIT DROP AS
  SELECT tenant_id, number_key,
    (array_agg(phone_number ORDER BY source = 'opt_out' DESC, expires_at DESC NULLS FIRST,
      created_at))[1] AS phone_number,
    left(string_agg(DISTINCT reason, '; '), 255) AS reason,
    CASE WHEN bool_or(source = 'opt_out') THEN 'opt_out' WHEN bool_or(source = 'manual') THEN 'manual'
      ELSE 'import' END AS source,
    CASE WHEN NOT bool_or(source = 'opt_out' OR expires_at IS NULL) THEN max(expires_at) END AS expires_at,
    coalesce(max(created_at) FILTER (WHERE source = 'opt_out'), min(created_at)) AS created_at
  FROM dnc_entries GROUP BY 1, 2 HAVING count(*) > 1;
  SELECT set_config('outdial.erasing', 'on', true);
  DELETE FROM dnc_entries d USING listed_once o WHERE d.tenant_id = o.tenant_id AND d.number_key = o.number_key;
  SELECT set_config('outdial.erasing', '', true);
  INSERT INTO dnc_entries (tenant_id, phone_number, number_key, reason, source, expires_at, created_at)
  SELECT tenant_id, phone_number, number_key, reason, source, expires_at, created_at FROM listed_once`;

/**
 * Orders the leads that have to be merged.
 *
 * 1. Find the leads that share their number with another lead of their campaign.
 * 2. Put first the lead that stays: in a call, claimed, opted out, with most progress, the oldest, in this order.
 * 3. Cancel what is claimed for the others and not dialed yet.
 */
const RANK_LEADS = `
  ALTER TABLE leads ADD COLUMN merged_contacts jsonb;
  CREATE TEMPORARY TABLE same_numbers ON COMMIT DROP AS
  SELECT l.id, call_attempts, last_called_at, retry_at, status, live, first_value(l.id) OVER ranking AS stays,
    row_number() OVER ranking AS rank,
    jsonb_build_object('id', l.id, 'phone_number', phone_number, 'first_name', first_name, 'last_name', last_name,
      'email', email,
      'custom_fields', custom_fields, 'timezone', timezone, 'status', status, 'outcome', outcome, 'call_attempts',
        call_attempts,
      'created_at', created_at) AS contact
  FROM (
    SELECT l.*,
      coalesce((SELECT CASE WHEN j.status = 'queued' THEN 1 ELSE 2 END FROM dialer_jobs j
        WHERE j.lead_id = l.id AND j.check_at IS NOT NULL), 0) AS live,
      array_position(ARRAY['suppressed', 'completed', 'invalid', 'in_progress', 'exhausted', 'expired', 'pending'],
        l.status::text) AS stage
    FROM leads l WHERE (l.campaign_id, l.number_key) IN (SELECT campaign_id, number_key
      FROM leads GROUP BY 1, 2 HAVING count(*) > 1)
  ) l
  WINDOW ranking AS (PARTITION BY campaign_id, number_key ORDER BY live DESC, live = 2
    AND phone_number = number_key DESC,
    outcome IS NOT DISTINCT FROM 'opt_out' DESC, stage NULLS LAST, created_at, id);
  UPDATE dialer_jobs j SET status = 'canceled', reason = 'contact_removed', check_at = NULL, finished_at = now()
  FROM same_numbers s WHERE j.lead_id = s.id AND s.rank > 1 AND s.live = 1 AND j.status = 'queued'`;

/**
 * Merges leads.
 *
 * 1. Let the lead that stays remember the others as they were. It waits as long as any of them, and is shown if any
 *    was.
 * 2. Give it their jobs and calls. A lead in a call is removed instead, under the number as written, and never dialed
 *    again.
 * 3. Delete the others, which have nothing left.
 */
const MERGE_LEADS = `
  CREATE TEMPORARY TABLE taken_over ON COMMIT DROP AS
    SELECT stays, jsonb_agg(contact ORDER BY rank) AS contacts, max(last_called_at) AS called_at,
      max(retry_at) AS retry_at,
      bool_or(status <> 'removed') AS is_shown, coalesce(sum(call_attempts) FILTER (WHERE live < 2), 0)::int AS attempts
    FROM same_numbers WHERE rank > 1 GROUP BY stays;
  UPDATE leads l SET merged_contacts = t.contacts, call_attempts = l.call_attempts + t.attempts,
    earlier_attempts = l.earlier_attempts + t.attempts, last_called_at = greatest(l.last_called_at, t.called_at),
    retry_at = greatest(l.retry_at, t.retry_at), next_attempt_at = greatest(l.next_attempt_at, t.retry_at),
    status = CASE WHEN l.status <> 'removed' OR NOT t.is_shown THEN l.status
      WHEN EXISTS (SELECT FROM dialer_jobs j WHERE j.lead_id = l.id AND j.check_at IS NOT NULL) THEN 'in_progress'
      WHEN l.outcome = 'opt_out' THEN 'suppressed' ELSE coalesce(l.removed_status, 'pending') END
  FROM taken_over t WHERE l.id = t.stays;
  UPDATE dialer_jobs j SET lead_id = s.stays FROM same_numbers s WHERE j.lead_id = s.id AND s.rank > 1 AND s.live < 2;
  UPDATE calls c SET lead_id = s.stays FROM same_numbers s WHERE c.lead_id = s.id AND s.rank > 1 AND s.live < 2;
  UPDATE calls c SET attempt = n.attempt FROM (
    SELECT c.id, row_number() OVER (PARTITION BY c.lead_id
      ORDER BY c.status IN ('initiated', 'ringing', 'in_progress'), c.started_at NULLS FIRST, c.attempt,
        c.id) AS attempt
    FROM taken_over t JOIN calls c ON c.lead_id = t.stays WHERE t.attempts > 0) n
  WHERE c.id = n.id AND c.attempt <> n.attempt;
  DELETE FROM leads l USING same_numbers s WHERE l.id = s.id AND s.rank > 1 AND s.live < 2;
  UPDATE leads l SET status = 'removed', number_key = l.phone_number FROM same_numbers s WHERE l.id = s.id
    AND s.rank > 1 AND s.live = 2`;

/**
 * Two calls to one phone may be live, since the version before told its writings apart. The later calls keep a key of
 * their own.
 */
const SPLIT_LIVE_CALLS = `
  UPDATE calls c SET number_key = c.phone_number FROM (
    SELECT id, row_number() OVER (PARTITION BY tenant_id, number_key ORDER BY phone_number = number_key DESC,
      started_at, id) AS n
    FROM calls WHERE status IN ('initiated', 'ringing', 'in_progress')) live
  WHERE c.id = live.id AND live.n > 1`;

/** Looks the area up again, with the hours of its campaign: the area of a number follows from its digits. */
const RENUMBER_LEADS = `
  CREATE TEMPORARY TABLE renumbered ON COMMIT DROP AS
    SELECT id, campaign_id, pg_temp.dialed_today(phone_number) AS phone_number FROM leads l
    WHERE phone_number <> pg_temp.dialed_today(phone_number) AND number_key <> phone_number AND erased_at IS NULL;
  UPDATE leads l SET phone_number = r.phone_number, place_id = NULL FROM renumbered r WHERE l.id = r.id;
  UPDATE dialer_jobs j SET phone_number = r.phone_number FROM renumbered r WHERE j.lead_id = r.id
    AND j.status = 'queued';
  UPDATE campaigns k SET wake_at = least(k.wake_at, now()) WHERE k.status = 'running' AND k.id IN (SELECT campaign_id
    FROM renumbered)`;

const CONSTRAINTS = `
  DROP FUNCTION pg_temp.key_of(text);
  DROP FUNCTION pg_temp.dialed_today(text);
  ALTER TABLE leads ALTER COLUMN number_key SET NOT NULL;
  CREATE UNIQUE INDEX leads_number_key_key ON leads (number_key, campaign_id);
  CREATE INDEX leads_merged_contacts_idx ON leads (id) WHERE merged_contacts IS NOT NULL;
  ALTER TABLE calls ALTER COLUMN number_key SET NOT NULL;
  DROP INDEX calls_one_live_per_number;
  CREATE UNIQUE INDEX calls_one_live_per_number ON calls (tenant_id, number_key) WHERE status IN ('initiated',
    'ringing', 'in_progress');
  ALTER TABLE dnc_entries DROP CONSTRAINT dnc_entries_pkey, ADD PRIMARY KEY (tenant_id, number_key);
  ALTER TABLE consents ALTER COLUMN number_key SET NOT NULL;
  DROP INDEX consents_number_idx;
  CREATE INDEX consents_number_idx ON consents (tenant_id, number_key, given_at DESC, created_at DESC)`;
