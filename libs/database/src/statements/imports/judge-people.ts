import { numberKey } from '#rules/phone-number/number-key.js';
import type { Sql } from '../../connection/sql.js';

/** Facts that the database holds about a person whom a file names. */
export interface KnownPerson {
  readonly person: string;
  /** The file has named them in an earlier batch. */
  readonly is_in_file: boolean;
  readonly is_erased: boolean;
  /** True if the number is on the do-not-call list for good. */
  readonly is_listed: boolean;
  readonly lead_id: string | null;
  readonly lead_status: string | null;
  /** True for any entry on the do-not-call list, also one that ends. */
  readonly has_dnc_entry: boolean;
  /** End of that entry; null: it never ends, or there is none. */
  readonly dnc_expires_at: Date | null;
}

export interface NamedPerson {
  readonly person: string;
  readonly phone_number: string;
  /** Hashes of all writings of the number. */
  readonly person_hashes: readonly string[];
}

/**
 * Looks up the people whom a file names. The caller has locked the campaign, or the numbers if there is none.
 * @param campaignId null: no leads are looked up, and the list is that of the live world.
 */
export function judgePeople(
  sql: Sql,
  { importId, tenantId, campaignId }: { importId: string; tenantId: string; campaignId: string | null },
  people: readonly NamedPerson[],
): Promise<KnownPerson[]> {
  const values = [
    people.map(({ person }) => person),
    people.map(({ phone_number }) => numberKey(phone_number)),
    people.map(({ person_hashes }) => person_hashes.join(' ')),
  ];
  return sql.run<KnownPerson>(JUDGE, [importId, tenantId, campaignId, ...values]);
}

/**
 * Statement with one look-up by index for each person.
 *
 * - The LIMIT keeps each look-up apart. PostgreSQL plans plain joins on small tables as a scan of all the campaign's
 *   leads.
 * - OFFSET 0 keeps the campaign out of the look-up of leads. The statistics do not know a new campaign, and PostgreSQL
 *   would read all its leads. That took 9 ms a row at 13,000 leads, growing with them.
 */
const JUDGE = {
  name: 'judge-people',
  text: `
    SELECT n.person, coalesce(i.is_there, false) AS is_in_file, coalesce(e.is_there, false) AS is_erased,
      d.is_listed IS TRUE AS is_listed, l.id AS lead_id, l.status AS lead_status,
      d.is_listed IS NOT NULL AS has_dnc_entry, d.expires_at AS dnc_expires_at
    FROM unnest($4::uuid[], $5::text[], $6::text[]) AS n (person, number_key, person_hashes)
    LEFT JOIN LATERAL (SELECT true AS is_there FROM import_people i
      WHERE i.import_id = $1 AND i.person = n.person LIMIT 1) i ON true
    LEFT JOIN LATERAL (SELECT true AS is_there FROM string_to_table(n.person_hashes, ' ') AS h
      CROSS JOIN LATERAL (SELECT FROM erased_people e
        WHERE e.tenant_id = $2 AND e.person_hash = decode(h, 'hex') LIMIT 1) e
      LIMIT 1) e ON true
    LEFT JOIN LATERAL (SELECT d.expires_at IS NULL AS is_listed, d.expires_at FROM dnc_entries d
      WHERE d.tenant_id = $2 AND d.number_key = n.number_key
        AND d.is_test = coalesce((SELECT k.is_test FROM campaigns k WHERE k.id = $3), false)
        AND (d.expires_at IS NULL OR d.expires_at > now()) LIMIT 1) d ON true
    LEFT JOIN LATERAL (SELECT l.id, l.status FROM (
      SELECT id, status, campaign_id FROM leads WHERE number_key = n.number_key OFFSET 0) l
      WHERE l.campaign_id = $3 LIMIT 1) l ON true`,
};
