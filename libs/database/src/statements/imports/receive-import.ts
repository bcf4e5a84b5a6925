import type { ImportOptions } from '../../entities/import.entity.js';
import type { ImportKind } from '#rules/import-status.js';
import type { Sql } from '../../sql.js';

export interface NewImport {
  readonly tenantId: string;
  readonly kind: ImportKind;
  readonly campaignId: string | null;
}

/** Seconds after which a file of which nothing more has come is given up. */
export const RECEIVING_SECONDS = 120;

/** An import whose file is about to be received. @returns its id. */
export async function insertImport(sql: Sql, { tenantId, kind, campaignId }: NewImport): Promise<string> {
  const [row] = await sql.run<{ id: string }>(INSERT, [tenantId, kind, campaignId, RECEIVING_SECONDS]);
  return row!.id;
}

const INSERT = {
  name: 'insert-import',
  text: `
    INSERT INTO imports (tenant_id, kind, campaign_id, held_until) VALUES ($1, $2, $3, now() + $4 * interval '1 second') RETURNING id`,
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
