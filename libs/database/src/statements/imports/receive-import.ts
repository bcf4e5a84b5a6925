import type { ImportOptions } from '../../entities/import.entity.js';
import type { ImportKind } from '#rules/lead/import-status.js';
import type { Sql } from '../../connection/sql.js';
import { limitOf } from '../engine/eligibility/operator-limits.js';

export interface NewImport {
  readonly tenantId: string;
  readonly kind: ImportKind;
  readonly campaignId: string | null;
}

/** Seconds after which a file of which nothing more has come is given up. */
export const RECEIVING_SECONDS = 120;

const OPEN_IMPORTS = `FROM imports o WHERE o.tenant_id = t.id AND o.status IN ('receiving', 'queued', 'running', 'undoing')`;

/**
 * An import whose file is about to be received. Run in a transaction: the tenant is held, so that no two can both be
 * the last that the operator allows.
 * @returns its id; null where as many are open as may be.
 */
export async function insertImport(sql: Sql, { tenantId, kind, campaignId }: NewImport): Promise<string | null> {
  await sql.run(HOLD_TENANT, [tenantId]);
  const [row] = await sql.run<{ id: string }>(INSERT, [tenantId, kind, campaignId, RECEIVING_SECONDS]);
  return row?.id ?? null;
}

const HOLD_TENANT = {
  name: 'hold-tenant-for-import',
  text: `SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE`,
};

const INSERT = {
  name: 'insert-import',
  text: `
    INSERT INTO imports (tenant_id, kind, campaign_id, held_until)
    SELECT t.id, $2, $3, now() + $4 * interval '1 second' FROM tenants t CROSS JOIN installation i
    WHERE t.id = $1 AND coalesce((SELECT count(*) ${OPEN_IMPORTS}) < ${limitOf('open_imports')}, true) RETURNING id`,
};

/**
 * Whether the files of a tenant's open imports leave room for so many bytes more. Run before the piece is kept, in its
 * transaction: the tenant is held until that ends.
 */
export async function hasRoomForBytes(
  sql: Sql,
  { tenantId, bytes }: { tenantId: string; bytes: number },
): Promise<boolean> {
  await sql.run(HOLD_TENANT, [tenantId]);
  const [row] = await sql.run<{ has_room: boolean }>(ROOM, [tenantId, bytes]);
  return row?.has_room ?? false;
}

const ROOM = {
  name: 'has-room-for-import-bytes',
  text: `
    SELECT coalesce((SELECT coalesce(sum(o.file_bytes), 0) ${OPEN_IMPORTS}) + $2::bigint <= ${limitOf('import_bytes')}, true) AS has_room
    FROM tenants t CROSS JOIN installation i WHERE t.id = $1`,
};

/** Keeps a piece of the file. @returns whether the import still waits for it. */
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
      UPDATE imports SET file_bytes = file_bytes + length($3::bytea), held_until = now() + $4 * interval '1 second'
      WHERE id = $1 AND status = 'receiving' RETURNING id
    )
    INSERT INTO import_chunks (import_id, n, bytes) SELECT id, $2, $3 FROM open RETURNING import_id`,
};

/** The file is there, whole: a worker may take it. @returns whether it still waited. */
export async function queueImport(
  sql: Sql,
  { importId, fileName, options }: { importId: string; fileName: string | null; options: ImportOptions },
): Promise<boolean> {
  const rows = await sql.run(QUEUE, [importId, fileName, JSON.stringify(options)]);
  return rows.length > 0;
}

const QUEUE = {
  name: 'queue-import',
  text: `
    UPDATE imports SET status = 'queued', held_until = now(), file_name = $2, options = $3
    WHERE id = $1 AND status = 'receiving' RETURNING id`,
};

/** Ends imports whose file stopped coming: whoever sent it is gone, or the process that received it. */
export async function failAbandonedUploads(sql: Sql): Promise<void> {
  await sql.run(FAIL_ABANDONED);
}

const FAIL_ABANDONED = {
  name: 'fail-abandoned-uploads',
  text: `
    WITH abandoned AS (
      SELECT id FROM imports WHERE status = 'receiving' AND held_until <= now() ORDER BY id FOR UPDATE SKIP LOCKED
    )
    UPDATE imports i SET status = 'failed', held_until = NULL, finished_at = now(), problem_code = 'upload_cut_off',
      problem = 'The file did not arrive whole: send it again.'
    FROM abandoned WHERE i.id = abandoned.id`,
};

/** Ends one import whose file did not come to its end. */
export async function failUpload(
  sql: Sql,
  importId: string,
  problem: { code: string; message: string },
): Promise<void> {
  await sql.run(FAIL_UPLOAD, [importId, problem.code, problem.message]);
}

const FAIL_UPLOAD = {
  name: 'fail-upload',
  text: `
    UPDATE imports SET status = 'failed', held_until = NULL, finished_at = now(), problem_code = $2, problem = $3
    WHERE id = $1 AND status = 'receiving'`,
};
