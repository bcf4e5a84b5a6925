import { OPEN_IMPORT_STATUSES, type ImportKind } from '#rules/lead/import-status.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';
import { limitOf } from '../engine/eligibility/operator-limits.js';

export interface NewImport {
  readonly tenantId: string;
  readonly kind: ImportKind;
  readonly campaignId: string | null;
}

/** Seconds without a further piece after which an upload is given up. */
export const RECEIVING_SECONDS = 120;

const OPEN_IMPORTS = `
  FROM imports o WHERE o.tenant_id = t.id AND o.status IN (${sqlList(OPEN_IMPORT_STATUSES)})`;

/**
 * Inserts an import whose file is about to be received. Run in a transaction that locks the tenant: two requests cannot
 * both insert the last import that the operator allows.
 * @returns its id; null where the limit of open imports is reached.
 */
export async function insertImport(sql: Sql, { tenantId, kind, campaignId }: NewImport): Promise<string | null> {
  await sql.run(LOCK_TENANT, [tenantId]);
  const [row] = await sql.run<{ id: string }>(INSERT, [tenantId, kind, campaignId, RECEIVING_SECONDS]);
  return row?.id ?? null;
}

const LOCK_TENANT = {
  name: 'lock-tenant-for-import',
  text: `SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE`,
};

const INSERT = {
  name: 'insert-import',
  text: `
    INSERT INTO imports (tenant_id, kind, campaign_id, claimed_until)
    SELECT t.id, $2, $3, now() + $4 * interval '1 second' FROM tenants t CROSS JOIN installation i
    WHERE t.id = $1 AND coalesce((SELECT count(*) ${OPEN_IMPORTS}) < ${limitOf('open_imports')}, true) RETURNING id`,
};

/**
 * True if the limit for a tenant's open imports has capacity for so many more bytes. Run in the transaction that stores
 * the piece, before it does. The tenant is locked until that transaction ends.
 */
export async function hasCapacityForBytes(
  sql: Sql,
  { tenantId, bytes }: { tenantId: string; bytes: number },
): Promise<boolean> {
  await sql.run(LOCK_TENANT, [tenantId]);
  const [row] = await sql.run<{ has_capacity: boolean }>(CAPACITY, [tenantId, bytes]);
  return row?.has_capacity ?? false;
}

const CAPACITY = {
  name: 'has-capacity-for-import-bytes',
  text: `
    SELECT coalesce((SELECT coalesce(sum(o.file_bytes), 0) ${OPEN_IMPORTS}) + $2::bigint
      <= ${limitOf('import_bytes')}, true) AS has_capacity
    FROM tenants t CROSS JOIN installation i WHERE t.id = $1`,
};

/** Stores a piece of the file. @returns true if the import still waits for it. */
export async function insertImportChunk(
  sql: Sql,
  { importId, n, bytes }: { importId: string; n: number; bytes: Buffer },
): Promise<boolean> {
  const rows = await sql.run(INSERT_CHUNK, [importId, n, bytes, RECEIVING_SECONDS]);
  return rows.length > 0;
}

const INSERT_CHUNK = {
  name: 'insert-import-chunk',
  text: `
    WITH open AS (
      UPDATE imports SET file_bytes = file_bytes + length($3::bytea), claimed_until = now() + $4 * interval '1 second'
      WHERE id = $1 AND status = 'receiving' RETURNING id
    )
    INSERT INTO import_chunks (import_id, n, bytes) SELECT id, $2, $3 FROM open RETURNING import_id`,
};

/** Fails imports whose upload has stopped, since its client or the process that received it is gone. */
export async function failAbandonedUploads(sql: Sql): Promise<void> {
  await sql.run(FAIL_ABANDONED);
}

const FAIL_ABANDONED = {
  name: 'fail-abandoned-uploads',
  text: `
    WITH abandoned AS (
      SELECT id FROM imports WHERE status = 'receiving' AND claimed_until <= now() ORDER BY id FOR UPDATE SKIP LOCKED
    )
    UPDATE imports i SET status = 'failed', claimed_until = NULL, finished_at = now(), problem_code = 'upload_cut_off',
      problem = 'The file did not arrive whole: send it again.'
    FROM abandoned WHERE i.id = abandoned.id`,
};
