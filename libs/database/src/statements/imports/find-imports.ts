import { READING_IMPORT_STATUSES } from '#rules/lead/import-status.js';
import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { Import } from '../../entities/import.entity.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** An import as the API shows it. */
export type ImportRow = Omit<
  Import,
  'holder' | 'claimed_until' | 'tries' | 'rows_kept' | 'is_detailed' | 'file_bytes' | 'bytes_read'
> & {
  readonly file_bytes: number;
  readonly bytes_read: number;
  /** Null: of the do-not-call list. */
  readonly campaign_status: CampaignStatus | null;
  /** Since it was taken up, until now or its end. */
  readonly seconds: number | null;
};

const COLUMNS = columnsWith('found');

function columnsWith(found: string): string {
  return `id, tenant_id, kind, campaign_id, status, file_name, file_bytes::float8 AS file_bytes, options, ${found},
  bytes_read::float8 AS bytes_read, rows_read, created, revived, updated, duplicate_in_file, duplicate_existing,
  invalid, suppressed, listed_for_good,
  not_listed, rows_left_out, undone, problem_code, problem, (SELECT k.status FROM campaigns k
    WHERE k.id = imports.campaign_id) AS campaign_status,
  created_at, started_at, finished_at, extract(epoch FROM coalesce(finished_at, now()) - started_at)::float8 AS seconds`;
}

export async function findImport(
  sql: Sql,
  { tenantId, importId }: { tenantId: string; importId: string },
): Promise<ImportRow | undefined> {
  const [row] = await sql.run<ImportRow>(FIND, [tenantId, importId]);
  return row;
}

const FIND = { name: 'find-import', text: `SELECT ${COLUMNS} FROM imports WHERE tenant_id = $1 AND id = $2` };

/** Findings of the imports of a page that are shown, in bytes together: a header may have 1,000 long names. */
export const MOST_FOUND_BYTES = 1_000_000;

/** Newest first. Findings that are too large together are null, on the whole page. */
export async function listImports(
  sql: Sql,
  {
    tenantId,
    campaignId,
    limit,
    offset,
  }: { tenantId: string; campaignId: string | null; limit: number; offset: number },
): Promise<{ items: ImportRow[]; isFoundLeftOut: boolean; total: number }> {
  const rows = await sql.run<ImportRow & { is_found_left_out: boolean }>(LIST, [tenantId, campaignId, limit, offset]);
  const [count] = await sql.run<{ n: number }>(COUNT, [tenantId, campaignId]);
  const items = rows.map(({ is_found_left_out: _isLeftOut, ...row }) => row);
  return { items, isFoundLeftOut: rows[0]?.is_found_left_out ?? false, total: count?.n ?? 0 };
}

const FILTER = `WHERE tenant_id = $1 AND ($2::uuid IS NULL OR campaign_id = $2)`;

const IS_FOUND_SMALL = `coalesce(found_bytes <= ${MOST_FOUND_BYTES}, true)`;

const LIST = {
  name: 'list-imports',
  text: `
    SELECT ${columnsWith(`CASE WHEN ${IS_FOUND_SMALL} THEN found END AS found`)},
      NOT ${IS_FOUND_SMALL} AS is_found_left_out
    FROM (SELECT *, sum(octet_length(found::text)) OVER () AS found_bytes
      FROM (SELECT * FROM imports ${FILTER} ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4) page) imports
    ORDER BY created_at DESC, id DESC`,
};

const COUNT = { name: 'count-imports', text: `SELECT count(*)::int AS n FROM imports ${FILTER}` };

/** A row of the file that was not created. */
export interface RefusedRow {
  readonly row: number;
  readonly verdict: string;
  readonly value: string | null;
  readonly reason: string | null;
}

/** Some rows after `after`, in the order of the file. */
export function refusedRows(
  sql: Sql,
  { importId, after, limit }: { importId: string; after: number; limit: number },
): Promise<RefusedRow[]> {
  return sql.run<RefusedRow>(ROWS, [importId, after, limit]);
}

const ROWS = {
  name: 'refused-rows',
  text: `SELECT row, verdict, value, reason FROM import_rows WHERE import_id = $1 AND row > $2 ORDER BY row LIMIT $3`,
};

/** Ends an import that has not ended. @returns its status before; undefined when there is none. */
export async function cancelImport(
  sql: Sql,
  { tenantId, importId }: { tenantId: string; importId: string },
): Promise<string | undefined> {
  const [row] = await sql.run<{ status: string }>(CANCEL, [tenantId, importId]);
  return row?.status;
}

const CANCEL = {
  name: 'cancel-import',
  text: `
    WITH held AS (
      SELECT id, status FROM imports WHERE tenant_id = $1 AND id = $2 FOR UPDATE
    ), canceled AS (
      UPDATE imports i SET status = 'canceled', holder = NULL, claimed_until = NULL, finished_at = now()
      FROM held WHERE i.id = held.id AND held.status IN (${sqlList(READING_IMPORT_STATUSES)})
    )
    SELECT status FROM held`,
};

/**
 * Lets a worker take back what an import that has ended has added. @returns its status before, and whether nothing of
 * it can be undone; undefined when there is none.
 */
export async function undoImport(
  sql: Sql,
  { tenantId, importId }: { tenantId: string; importId: string },
): Promise<{ status: string; is_final: boolean } | undefined> {
  const [row] = await sql.run<{ status: string; is_final: boolean }>(UNDO, [tenantId, importId]);
  return row;
}

const UNDO = {
  name: 'undo-import',
  text: `
    WITH held AS (
      SELECT id, status, NOT is_detailed OR coalesce((options ->> 'dry_run')::boolean, false) AS is_final FROM imports
      WHERE tenant_id = $1 AND id = $2 FOR UPDATE
    ), undoing AS (
      UPDATE imports i SET status = 'undoing', claimed_until = now(), finished_at = NULL, tries = 0
      FROM held WHERE i.id = held.id AND held.status IN ('completed', 'failed', 'canceled') AND NOT held.is_final
    )
    SELECT status, is_final FROM held`,
};
