import type { Sql } from '#database/connection/sql.js';
import { readImportChunk } from '#database/statements/imports/import-chunks.js';

/** File of an import, read piece by piece. Counts the bytes that were read. */
export class ImportFile implements AsyncIterable<Uint8Array> {
  bytesRead = 0;

  constructor(
    private readonly sql: Sql,
    private readonly importId: string,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let n = 0; ; n++) {
      const bytes = await readImportChunk(this.sql, this.importId, n);
      if (!bytes) return;
      this.bytesRead += bytes.length;
      yield bytes;
    }
  }
}
