import type { Database } from '#database/connection/database.js';
import { isDiskFull } from '#database/connection/postgres-error.js';
import { Import } from '#database/entities/import.entity.js';
import { hasCapacityForBytes, insertImportChunk } from '#database/statements/imports/receive-import.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { arriving } from '../server/arriving.js';

const CHUNK_BYTES = 1024 * 1024;

/** Bytes of a file as it is sent. The reader limits what it unpacks to. */
const MOST_FILE_BYTES = 4 * 1024 ** 3;

/** Stores a file in pieces of a megabyte, each in its own transaction, since an upload may take an hour. */
export async function keepFile(
  database: Database,
  { importId, tenantId }: { importId: string; tenantId: string },
  bytes: AsyncIterable<Buffer>,
): Promise<void> {
  let n = 0;
  let size = 0;
  for await (const chunk of inPieces(bytes)) {
    size += chunk.length;
    if (size > MOST_FILE_BYTES) throw new DomainError('file_too_large');
    const isWanted = await database.transaction(async (sql) => {
      if (!(await hasCapacityForBytes(sql, { tenantId, bytes: chunk.length })))
        throw new DomainError('import_bytes_full');
      return insertImportChunk(sql, { importId, n, bytes: chunk });
    });
    n++;
    if (!isWanted) throw new DomainError('import_over');
  }
}

async function* inPieces(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of arriving(bytes)) {
    parts.push(part);
    size += part.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    [parts, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(parts);
}

/**
 * Notes in an import why its file did not arrive whole. Where that cannot be written, a worker fails the import as
 * abandoned later.
 */
export async function noteBrokenUpload(database: Database, importId: string, error: unknown): Promise<void> {
  const failed = { status: 'failed', claimed_until: null, finished_at: () => 'now()', ...problemOf(error) } as const;
  await database
    .transaction(({ manager }) => manager.update(Import, { id: importId, status: 'receiving' }, failed))
    .catch(() => undefined);
}

function problemOf(error: unknown): Pick<Import, 'problem_code' | 'problem'> {
  if (error instanceof DomainError) return { problem_code: error.code, problem: error.message };
  if (error instanceof InvalidFields) return { problem_code: 'invalid_fields', problem: error.message };
  if (isDiskFull(error)) {
    return { problem_code: 'disk_full', problem: 'The disk of the database is full.' };
  }
  return { problem_code: 'upload_cut_off', problem: 'The file did not arrive whole: send it again.' };
}
