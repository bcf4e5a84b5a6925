import { Injectable } from '@nestjs/common';
import { Database } from '#database/database.js';
import type { Sql } from '#database/sql.js';
import { dropOldCallbacks, emptyCallbacksOfErased } from '#database/statements/provider-callbacks.js';
import { dropOldImportRows, dropOldRecordings, dropOldTranscripts } from '#database/statements/retention.js';
import { RecordingDeletion } from './recording-deletion.js';

const TOGETHER = 500;

/** What is left after that waits for the next time: tenants may have kept any number of these. */
const MOST_BATCHES = 200;

/** Deletes what tenants keep for a limited time only, once that has passed. Safe to run twice at once. */
@Injectable()
export class Retention {
  constructor(
    private readonly database: Database,
    private readonly deletion: RecordingDeletion,
  ) {}

  /** @returns how many recordings and transcripts went. */
  async apply(): Promise<{ recordings: number; transcripts: number }> {
    await this.inBatches(dropOldImportRows);
    await this.inBatches(dropOldCallbacks, Infinity);
    await emptyCallbacksOfErased(this.database);
    const deletingProvider = this.deletion.provider;
    const dropped = await this.inBatches((sql, limit) => dropOldRecordings(sql, { limit, deletingProvider }));
    return {
      recordings: dropped + (await this.deletion.deleteDue()),
      transcripts: await this.inBatches(dropOldTranscripts),
    };
  }

  private async inBatches(
    drop: (sql: Sql, limit: number) => Promise<number>,
    mostBatches = MOST_BATCHES,
  ): Promise<number> {
    let all = 0;
    for (let batch = 0; batch < mostBatches; batch++) {
      const dropped = await this.database.transaction((sql) => drop(sql, TOGETHER));
      all += dropped;
      if (dropped < TOGETHER) break;
    }
    return all;
  }
}
