import type { Sql } from '../../sql.js';

/** What is known of somebody whom a file names. */
export interface KnownPerson {
  readonly person: string;
  /** The file has named them in an earlier batch. */
  readonly is_in_file: boolean;
  readonly is_erased: boolean;
  /** On the do-not-call list for good. */
  readonly is_listed: boolean;
  readonly lead_id: string | null;
  readonly lead_status: string | null;
  /** There is an entry on the do-not-call list, also one that ends. */
  readonly has_dnc_entry: boolean;
}

export interface NamedPerson {
  readonly person: string;
  readonly phone_number: string;
  readonly person_hash: string;
}

/** @param campaignId null: no campaign is asked. The campaign, or the numbers, are held. */
export function judgePeople(
  sql: Sql,
  { importId, tenantId, campaignId }: { importId: string; tenantId: string; campaignId: string | null },
  people: readonly NamedPerson[],
): Promise<KnownPerson[]> {
  return sql.run<KnownPerson>(JUDGE, [importId, tenantId, campaignId, JSON.stringify(people)]);
}

const JUDGE = {
  name: 'judge-people',
  text: `
    SELECT n.person, i.person IS NOT NULL AS is_in_file, e.person_hash IS NOT NULL AS is_erased,
      d.phone_number IS NOT NULL AND d.expires_at IS NULL AS is_listed, l.id AS lead_id, l.status AS lead_status,
      d.phone_number IS NOT NULL AS has_dnc_entry
    FROM jsonb_to_recordset($4::jsonb) AS n (person uuid, phone_number text, person_hash text)
    LEFT JOIN import_people i ON i.import_id = $1 AND i.person = n.person
    LEFT JOIN erased_people e ON e.tenant_id = $2 AND e.person_hash = decode(n.person_hash, 'hex')
    LEFT JOIN dnc_entries d ON d.tenant_id = $2 AND d.phone_number = n.phone_number AND (d.expires_at IS NULL OR d.expires_at > now())
    LEFT JOIN leads l ON l.campaign_id = $3 AND l.phone_number = n.phone_number`,
};
