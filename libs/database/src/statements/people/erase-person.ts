import { OPEN_LEAD_STATUSES } from '#rules/lead/lead-status.js';
import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { writingsOf } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

interface TenantPerson {
  readonly tenantId: string;
  readonly phoneNumber: string;
}

/**
 * Keeps all people of the tenant from being erased until the transaction ends. A transaction that stores people
 * acquires this lock before any other.
 */
export async function lockErasures(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(LOCK_ERASURES, [tenantId]);
}

const KEY = `hashtextextended('erasures ' || $1, 0)`;

const LOCK_ERASURES = { name: 'hold-erasures', text: `SELECT pg_advisory_xact_lock_shared(${KEY})` };

/** Waits until no transaction stores people of the tenant, and lets none begin until this transaction ends. */
export async function lockAdditions(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(LOCK_ADDITIONS, [tenantId]);
}

const LOCK_ADDITIONS = { name: 'hold-additions', text: `SELECT pg_advisory_xact_lock(${KEY})` };

/** Locks the person's live dialer jobs. @returns true if one of them is past `queued`. */
export async function lockLiveJobsOf(sql: Sql, { tenantId, phoneNumber }: TenantPerson): Promise<boolean> {
  const jobs = await sql.run<{ status: string }>(LOCK_JOBS, [tenantId, writingsOf(phoneNumber)]);
  return jobs.some(({ status }) => status !== 'queued');
}

const LOCK_JOBS = {
  name: 'lock-live-jobs-of-person',
  text: `
    SELECT j.status FROM leads l JOIN dialer_jobs j ON j.lead_id = l.id
    WHERE l.tenant_id = $1 AND l.number_key = ANY($2::text[]) AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})
    ORDER BY j.id FOR UPDATE OF j`,
};

export interface ErasedRows {
  readonly contacts: number;
  readonly calls: number;
  readonly transcripts: number;
  readonly recordings: number;
  readonly consents: number;
}

/** Recording that the provider still has. */
export interface ProviderRecording {
  readonly call_id: string;
  readonly provider: string;
  readonly provider_call_id: string | null;
}

/** Recording of an erased person. `is_deletable`: the provider deletes it first, and its row stays until then. */
export interface ErasedRecording extends ProviderRecording {
  readonly source_url: string;
  readonly is_deletable: boolean;
}

interface Erasing {
  readonly personHash: string;
  /** Hashes of the other writings of the number. */
  readonly otherHashes?: readonly string[];
  /** Provider that deletes its recordings one by one; their rows stay until they are deleted. */
  readonly deletingProvider?: string | null;
}

/**
 * Removes a person's data from every table. The caller has locked the number, its campaigns and its live jobs, all of
 * which are queued.
 *
 * 1. Delete the entries of the number that wait for the suppression log, and cancel its queued jobs.
 * 2. Empty the leads. They get a number that cannot exist: E.164 assigns country code 999 to no country. Two leads of
 *    one campaign, merged by an upgrade, get two such numbers.
 * 3. Delete recordings and conversations, and empty call reports, calls and jobs of these leads.
 * 4. Delete the consents, and empty the rows of imported files.
 * 5. Remember the hash of the person, in place of an entry of the do-not-call list.
 */
export async function erasePerson(
  sql: Sql,
  { tenantId, phoneNumber, personHash, otherHashes = [], deletingProvider }: TenantPerson & Erasing,
): Promise<ErasedRows & { readonly providerRecordings: readonly ErasedRecording[] }> {
  const numbers = writingsOf(phoneNumber);
  await sql.run(FORGET_ENTRIES, [tenantId, numbers]);
  await sql.run(CANCEL_JOBS, [tenantId, numbers]);
  const leads = await sql.run<{ id: string; phone_number: string }>(ERASE_LEADS, [tenantId, numbers]);
  const ids = leads.map(({ id }) => id);
  const providerRecordings = await sql.run<ErasedRecording>(DROP_RECORDINGS, [ids, deletingProvider ?? null]);
  const [conversations] = await sql.run<{ n: number }>(DROP_CONVERSATIONS, [ids]);
  await sql.run(ERASE_REPORTS, [ids]);
  const [calls] = await sql.run<{ n: number }>(ERASE_CALLS, [ids, leads[0]?.phone_number ?? null]);
  await sql.run(ERASE_JOBS, [ids, leads[0]?.phone_number ?? null]);
  const consents = await sql.run(DROP_CONSENTS, [tenantId, numbers]);
  await sql.run(ERASE_FILE_ROWS, [tenantId, [personHash, ...otherHashes].map((hash) => hash.slice(0, 32))]);
  await sql.run(REMEMBER, [tenantId, numbers, personHash]);
  return {
    contacts: leads.length,
    calls: calls?.n ?? 0,
    transcripts: conversations?.n ?? 0,
    recordings: providerRecordings.length,
    consents: consents.length,
    providerRecordings,
  };
}

/**
 * Deletes entries of the number that are not in the suppression log yet, so that they never get there. The setting
 * `outdial.erasing` keeps the triggers from making new ones.
 */
const FORGET_ENTRIES = {
  name: 'forget-suppression-entries',
  text: `
    WITH forgotten AS (
      DELETE FROM suppression_outbox WHERE tenant_id = $1 AND phone_number = ANY($2::text[])
    )
    SELECT set_config('outdial.erasing', 'on', true)`,
};

const CANCEL_JOBS = {
  name: 'erase-cancel-jobs',
  text: `
    UPDATE dialer_jobs j SET status = 'canceled', reason = 'person_erased', check_at = NULL, finished_at = now()
    FROM leads l WHERE l.id = j.lead_id AND l.tenant_id = $1 AND l.number_key = ANY($2::text[])
      AND j.status = 'queued'`,
};

const ERASE_LEADS = {
  name: 'erase-leads',
  text: `
    WITH own AS (
      SELECT id, row_number() OVER (PARTITION BY campaign_id ORDER BY id) AS n FROM leads l
      WHERE l.tenant_id = $1 AND l.number_key = ANY($2::text[])
    ), nobody AS MATERIALIZED (
      SELECT n, '+999' || lpad(nextval('erased_numbers')::text, 11, '0') AS phone_number FROM (SELECT DISTINCT n
        FROM own) ns
    )
    UPDATE leads l SET
      phone_number = nobody.phone_number, number_key = nobody.phone_number, merged_contacts = NULL, first_name = NULL,
        last_name = NULL, email = NULL, custom_fields = '{}', timezone = NULL,
      area_id = NULL, erased_at = now(),
      block_code = CASE WHEN l.status IN (${sqlList([...OPEN_LEAD_STATUSES, 'suppressed'])}) THEN 'erased' END,
      status = CASE WHEN l.status IN (${sqlList(OPEN_LEAD_STATUSES)}) THEN 'suppressed' ELSE l.status END
    FROM own JOIN nobody USING (n) WHERE l.id = own.id
    RETURNING l.id, l.phone_number`,
};

const DROP_RECORDINGS = {
  name: 'erase-recordings',
  text: `
    WITH own AS (
      SELECT r.call_id, r.provider, c.provider_call_id, r.source_url,
        r.provider IS NOT DISTINCT FROM $2::text AND c.telephony_account_id IS NULL AS is_deletable
      FROM calls c JOIN recordings r ON r.call_id = c.id WHERE c.lead_id = ANY($1::uuid[])
    ), noted AS (
      UPDATE recordings r SET is_erased = true FROM own WHERE r.call_id = own.call_id AND own.is_deletable
    ), gone AS (
      DELETE FROM recordings r USING own WHERE r.call_id = own.call_id AND NOT own.is_deletable
    )
    SELECT * FROM own`,
};

const DROP_CONVERSATIONS = {
  name: 'erase-conversations',
  text: `
    WITH gone AS (
      DELETE FROM conversations v USING calls c WHERE c.lead_id = ANY($1::uuid[]) AND v.call_id = c.id
        RETURNING v.call_id
    )
    SELECT count(*)::int AS n FROM calls c
    WHERE c.lead_id = ANY($1::uuid[]) AND (c.transcript IS NOT NULL OR c.id IN (SELECT call_id FROM gone))`,
};

const ERASE_REPORTS = {
  name: 'erase-call-reports',
  text: `
    UPDATE call_reports e SET detail = e.detail - 'end_reason'
    FROM calls c WHERE c.lead_id = ANY($1::uuid[]) AND e.call_id = c.id`,
};

/** Pattern of a code. A reason in a provider's own words may hold personal data; a code holds none. */
const CODE = `'^[a-z0-9_]+$'`;

const ERASE_CALLS = {
  name: 'erase-calls',
  text: `
    WITH erased AS (
      UPDATE calls SET phone_number = $2, number_key = $2, transcript = NULL, summary = NULL, recording_url = NULL,
        end_reason = CASE WHEN end_reason ~ ${CODE} THEN end_reason END
      WHERE lead_id = ANY($1::uuid[]) RETURNING id
    )
    SELECT count(*)::int AS n FROM erased`,
};

const ERASE_JOBS = {
  name: 'erase-dialer-jobs',
  text: `
    UPDATE dialer_jobs SET phone_number = $2, reason = CASE WHEN reason ~ ${CODE} THEN reason END
    WHERE lead_id = ANY($1::uuid[])`,
};

const DROP_CONSENTS = {
  name: 'erase-consents',
  text: `DELETE FROM consents WHERE tenant_id = $1 AND number_key = ANY($2::text[]) RETURNING id`,
};

const ERASE_FILE_ROWS = {
  name: 'erase-import-rows',
  text: `
    UPDATE import_rows r SET value = NULL FROM imports i WHERE i.tenant_id = $1 AND r.import_id = i.id
      AND r.person = ANY($2::uuid[])`,
};

const REMEMBER = {
  name: 'remember-erased-person',
  text: `
    WITH unlisted AS (
      DELETE FROM dnc_entries WHERE tenant_id = $1 AND number_key = ANY($2::text[])
    )
    INSERT INTO erased_people (tenant_id, person_hash) VALUES ($1, decode($3, 'hex')) ON CONFLICT DO NOTHING`,
};
