import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { Import } from '../../entities/import.entity.js';
import type { Sql } from '../../connection/sql.js';

/** An import as the API shows it. */
export type ImportRow = Omit<
  Import,
  'holder' | 'claimed_until' | 'tries' | 'rows_kept' | 'is_detailed' | 'file_bytes' | 'bytes_read'
> & {
  readonly file_bytes: number;
  readonly bytes_read: number;
  /** Null: an import of the do-not-call list. */
  readonly campaign_status: CampaignStatus | null;
  /** Seconds from the first claim until its end, or until now. */
  readonly seconds: number | null;
};

const COLUMNS = columnsWith('found');

function columnsWith(found: string): string {
  return `id, tenant_id, kind, campaign_id, status, file_name, file_bytes::float8 AS file_bytes, options, ${found},
  bytes_read::float8 AS bytes_read, rows_read, created, revived, updated, duplicate_in_file, duplicate_existing,
  invalid, suppressed, listed_for_good,
  not_listed, rows_left_out, undone, problem_code, problem, (SELECT k.status FROM campaigns k
    WHERE k.id = imports.campaign_id) AS campaign_status,
  created_at, started_at, finished_at,
  extract(epoch FROM coalesce(finished_at, now()) - started_at)::float8 AS seconds`;
}

/** Finds an import with its computed columns. Clients poll it while it runs. */
export async function findImport(
  sql: Sql,
  { tenantId, importId }: { tenantId: string; importId: string },
): Promise<ImportRow | undefined> {
  const [row] = await sql.run<ImportRow>(FIND, [tenantId, importId]);
  return row;
}

const FIND = { name: 'find-import', text: `SELECT ${COLUMNS} FROM imports WHERE tenant_id = $1 AND id = $2` };

/** Bytes of all findings on a page up to which they are shown. A header may have 1,000 long names. */
export const MOST_FOUND_BYTES = 1_000_000;

/** Lists imports, newest first. Findings that are too large together are null, on the whole page. */
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

/** Reads a batch of the rows after `after`, in the order of the file. */
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
