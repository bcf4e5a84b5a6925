import type { Sql } from '../../connection/sql.js';

/**
 * Deletes at most `limit` recordings that are older than their tenant keeps them. Those over `deletingProvider` are
 * deleted one by one elsewhere. Calls are locked before their recordings, in the order of the statements that store
 * call reports. A locked call is left for the next run.
 * @returns how many are deleted.
 */
export async function dropOldRecordings(
  sql: Sql,
  { limit, deletingProvider }: { limit: number; deletingProvider: string | null },
): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP_RECORDINGS, [limit, deletingProvider]);
  return row?.n ?? 0;
}

const DROP_RECORDINGS = {
  name: 'drop-old-recordings',
  text: `
    WITH old AS (
      SELECT r.call_id FROM tenants t CROSS JOIN LATERAL (
        SELECT r.call_id FROM recordings r JOIN calls c ON c.id = r.call_id
        WHERE r.tenant_id = t.id AND r.created_at < now() - t.recordings_days * interval '1 day'
          AND (r.provider IS DISTINCT FROM $2::text OR c.telephony_account_id IS NOT NULL)
        ORDER BY r.created_at LIMIT $1 FOR UPDATE OF c SKIP LOCKED) r
      WHERE t.recordings_days IS NOT NULL LIMIT $1
    ), gone AS (
      DELETE FROM recordings r USING old WHERE r.call_id = old.call_id RETURNING r.call_id
    ), emptied AS (
      UPDATE calls c SET recording_url = NULL FROM gone WHERE c.id = gone.call_id RETURNING c.id
    )
    SELECT count(*)::int AS n FROM emptied`,
};

/** Recording that its provider has to delete first. `created_at` is text, exact to the microsecond. */
export interface DueRecording {
  readonly call_id: string;
  readonly source_url: string;
  readonly created_at: string;
}

/**
 * Returns recordings over this provider that are older than their tenant keeps them, or are of an erased person. They
 * come in the order of `created_at` and `call_id`, after `last`.
 */
export function dueRecordings(
  sql: Sql,
  { provider, last, limit }: { provider: string; last: DueRecording | null; limit: number },
): Promise<DueRecording[]> {
  return sql.run<DueRecording>(DUE_RECORDINGS, [
    provider,
    last?.created_at ?? '-infinity',
    last?.call_id ?? NO_ID,
    limit,
  ]);
}

const NO_ID = '00000000-0000-0000-0000-000000000000';

const IS_DUE_NEXT = `
  r.provider = $1 AND c.telephony_account_id IS NULL AND (r.created_at, r.call_id) > ($2::timestamptz, $3::uuid)
  ORDER BY r.created_at, r.call_id LIMIT $4`;

const DUE_RECORDINGS = {
  name: 'due-recordings',
  text: `
    SELECT due.call_id, due.source_url, due.created_at::text AS created_at FROM (
      SELECT old.* FROM tenants t CROSS JOIN LATERAL (
        SELECT r.call_id, r.source_url, r.created_at FROM recordings r JOIN calls c ON c.id = r.call_id
        WHERE r.tenant_id = t.id AND r.created_at < now() - t.recordings_days * interval '1 day' AND ${IS_DUE_NEXT}) old
      WHERE t.recordings_days IS NOT NULL
      UNION (
        SELECT r.call_id, r.source_url, r.created_at FROM recordings r JOIN calls c ON c.id = r.call_id
        WHERE r.is_erased AND ${IS_DUE_NEXT})) due
    ORDER BY due.created_at, due.call_id LIMIT $4`,
};

/** Deletes recordings that the provider has deleted. @returns how many. */
export async function dropRecordings(sql: Sql, callIds: readonly string[]): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP_BY_CALL, [callIds]);
  return row?.n ?? 0;
}

const DROP_BY_CALL = {
  name: 'drop-recordings',
  text: `
    WITH held AS (
      SELECT id FROM calls WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
    ), gone AS (
      DELETE FROM recordings r USING held WHERE r.call_id = held.id RETURNING r.call_id
    ), emptied AS (
      UPDATE calls c SET recording_url = NULL FROM gone WHERE c.id = gone.call_id RETURNING c.id
    )
    SELECT count(*)::int AS n FROM emptied`,
};

/**
 * Deletes transcripts, summaries and messages that are older than their tenant keeps them.
 * @returns the number of calls.
 */
export async function dropOldTranscripts(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP_TRANSCRIPTS, [limit]);
  return row?.n ?? 0;
}

const DROP_TRANSCRIPTS = {
  name: 'drop-old-transcripts',
  text: `
    WITH old AS (
      SELECT c.id FROM tenants t CROSS JOIN LATERAL (
        SELECT c.id FROM calls c
        WHERE c.tenant_id = t.id AND c.ended_at < now() - t.transcripts_days * interval '1 day'
          AND (c.transcript IS NOT NULL OR c.summary IS NOT NULL)
        ORDER BY c.ended_at LIMIT $1 FOR UPDATE SKIP LOCKED) c
      WHERE t.transcripts_days IS NOT NULL
      UNION
      SELECT c.id FROM tenants t CROSS JOIN LATERAL (
        SELECT c.id FROM conversations v JOIN calls c ON c.id = v.call_id
        WHERE v.tenant_id = t.id AND v.created_at < now() - t.transcripts_days * interval '1 day'
        ORDER BY v.created_at LIMIT $1 FOR UPDATE OF c SKIP LOCKED) c
      WHERE t.transcripts_days IS NOT NULL
    ), gone AS (
      DELETE FROM conversations v USING old WHERE v.call_id = old.id
    ), emptied AS (
      UPDATE calls c SET transcript = NULL, summary = NULL FROM old WHERE c.id = old.id RETURNING c.id
    )
    SELECT count(*)::int AS n FROM emptied`,
};

/** Days after its end for which an import can be inspected and undone. */
const IMPORT_DAYS = 30;

/** Deletes what is kept of the rows of imports that ended long ago; their totals stay. */
export async function dropOldImportRows(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP_IMPORT_ROWS, [limit, IMPORT_DAYS]);
  return row?.n ?? 0;
}

const DROP_IMPORT_ROWS = {
  name: 'drop-old-import-rows',
  text: `
    WITH old AS (
      SELECT id FROM imports WHERE finished_at < now() - $2 * interval '1 day' AND is_detailed
        ORDER BY finished_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), dropped_rows AS (
      DELETE FROM import_rows r USING old WHERE r.import_id = old.id AND r.row IN (
        SELECT row FROM import_rows WHERE import_id = old.id ORDER BY row LIMIT $1) RETURNING 1
    ), dropped_people AS (
      DELETE FROM import_people p USING old WHERE p.import_id = old.id AND p.person IN (
        SELECT person FROM import_people WHERE import_id = old.id ORDER BY person LIMIT $1) RETURNING 1
    ), counted AS (
      SELECT greatest((SELECT count(*) FROM dropped_rows), (SELECT count(*) FROM dropped_people))::int AS n
    ), closed AS (
      UPDATE imports SET is_detailed = false FROM old, counted WHERE imports.id = old.id AND counted.n < $1
    )
    SELECT CASE WHEN EXISTS (SELECT FROM old) THEN $1::int ELSE 0 END AS n FROM counted`,
};
