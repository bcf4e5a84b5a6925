import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { dropOldWebhooks, emptyWebhooksOfErased } from '#database/statements/telephony/provider-webhooks.js';
import { dropOldImportRows, dropOldRecordings, dropOldTranscripts } from '#database/statements/people/retention.js';
import { dropOldTries } from '#database/statements/engine/sweep/work-tries.js';
import { CountedWork } from '../tries/counted-work.js';
import { RecordingDeletion } from './recording-deletion.js';

const TOGETHER = 500;

/** Batches of one step. The next run deletes the rest: tenants may have any number of rows. */
const MOST_BATCHES = 200;

/** Deletes what tenants keep for a limited time. Safe to run twice at once. */
@Injectable()
export class Retention {
  constructor(
    private readonly database: Database,
    private readonly deletion: RecordingDeletion,
    private readonly counted: CountedWork,
  ) {}

  /**
   * Runs all steps.
   * @returns the number of recordings and transcripts that were deleted.
   */
  async apply(): Promise<{ recordings: number; transcripts: number }> {
    const deletingProvider = this.deletion.provider;
    await this.step('import_rows', () => this.inBatches(dropOldImportRows));
    await this.step('work_tries', () => this.inBatches(dropOldTries));
    await this.step('provider_webhooks', () => this.inBatches(dropOldWebhooks, Infinity));
    await this.step('callbacks_of_erased', async () => {
      await emptyWebhooksOfErased(this.database);
      return 0;
    });
    const dropped = await this.step('recordings', () =>
      this.inBatches((sql, limit) => dropOldRecordings(sql, { limit, deletingProvider })),
    );
    return {
      recordings: dropped + (await this.step('recordings_with_provider', () => this.deletion.deleteDue())),
      transcripts: await this.step('transcripts', () => this.inBatches(dropOldTranscripts)),
    };
  }

  /** Runs a step. One that no process survives delays no other, and is tried again a day later. */
  private async step(name: string, work: () => Promise<number>): Promise<number> {
    const [count = 0] = await this.counted.run({
      kind: 'retention',
      items: [name],
      subjectOf: () => name,
      work,
      giveUp: async () => undefined,
    });
    return count;
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
