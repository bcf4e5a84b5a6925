import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { dropRecordings, dueRecordings, type DueRecording } from '#database/statements/people/retention.js';
import { CountedWork } from '../tries/counted-work.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { withTimeout } from '#runtime/with-timeout.js';

const TOGETHER = 500;
const PATIENCE_MS = 8_000;

/**
 * Deletes recordings at the environment's provider, then their rows, if the provider supports it. A recording of a
 * provider that cannot be reached is deleted later.
 */
@Injectable()
export class RecordingDeletion {
  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
    private readonly counted: CountedWork,
  ) {}

  /** Name of the provider; null if it does not delete recordings. */
  get provider(): string | null {
    const { provider } = this.routes.own;
    return provider.deleteRecording ? provider.name : null;
  }

  /**
   * Deletes recordings. If the process dies in between, the next run finds them gone.
   * @returns the calls whose recordings are gone.
   */
  async delete(recordings: readonly Pick<DueRecording, 'call_id' | 'source_url'>[]): Promise<Set<string>> {
    const deleted: string[] = [];
    for (const { call_id, source_url } of recordings) if (await this.isDeleted(source_url)) deleted.push(call_id);
    if (deleted.length > 0) await this.database.transaction((sql) => dropRecordings(sql, deleted));
    return new Set(deleted);
  }

  /**
   * Deletes recordings that are older than their tenant keeps them, and those of erased people that are left.
   * @returns the number of recordings.
   */
  async deleteDue(): Promise<number> {
    const { provider } = this;
    if (provider === null) return 0;
    let count = 0;
    let due: DueRecording[] = [];
    do {
      due = await dueRecordings(this.database, { provider, last: due.at(-1) ?? null, limit: TOGETHER });
      count += await this.deleteCounted(due);
    } while (due.length === TOGETHER);
    return count;
  }

  /** Deletes recordings. One that is given up stays, and is listed for the operator. */
  private async deleteCounted(due: readonly DueRecording[]): Promise<number> {
    const deleted = await this.counted.run({
      kind: 'recording_deletion',
      items: due,
      subjectOf: ({ call_id }) => call_id,
      work: (group) => this.delete(group),
      giveUp: async () => undefined,
    });
    return deleted.reduce((count, calls) => count + calls.size, 0);
  }

  private async isDeleted(recordingUrl: string): Promise<boolean> {
    const deletion = this.routes.own.provider.deleteRecording?.(recordingUrl);
    return deletion !== undefined && (await withTimeout(PATIENCE_MS, deletion, 'unavailable')) === 'deleted';
  }
}
