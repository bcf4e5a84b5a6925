import type { Database } from '#database/connection/database.js';
import { isDiskFull } from '#database/connection/postgres-error.js';
import { failUpload, hasCapacityForBytes, insertImportChunk } from '#database/statements/imports/receive-import.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { arriving } from '../server/arriving.js';

const CHUNK_BYTES = 1024 * 1024;

/** Packed; what it may come to when unpacked is the reader's limit. */
const MOST_FILE_BYTES = 4 * 1024 ** 3;

/**
 * Keeps a file as it comes in, in pieces of a megabyte, each in a transaction of its own: an upload may take an hour.
 */
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
 * Says in the import why its file did not come to its end; if even that cannot be written, it is found abandoned later.
 */
export async function noteBrokenUpload(database: Database, importId: string, error: unknown): Promise<void> {
  await failUpload(database, importId, problemOf(error)).catch(() => undefined);
}

function problemOf(error: unknown): { code: string; message: string } {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  if (error instanceof InvalidFields) return { code: 'invalid_fields', message: error.message };
  if (isDiskFull(error)) {
    return { code: 'disk_full', message: 'The disk of the database is full.' };
  }
  return { code: 'upload_cut_off', message: 'The file did not arrive whole: send it again.' };
}
