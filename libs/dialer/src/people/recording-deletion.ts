import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { dropRecordings, dueRecordings, type DueRecording } from '#database/statements/people/retention.js';
import { CountedWork } from '../tries/counted-work.js';
import { Lines } from '../routes/route-resolver.js';
import { within } from '#runtime/with-timeout.js';

const TOGETHER = 500;
const PATIENCE_MS = 8_000;

/**
 * Deletes recordings where they lie, then their rows, over a provider that can do so (that of the environment); one
 * that cannot be reached is for later.
 */
@Injectable()
export class RecordingDeletion {
  constructor(
    private readonly database: Database,
    private readonly lines: Lines,
    private readonly counted: CountedWork,
  ) {}

  /** Null: recordings stay with whoever made them. */
  get provider(): string | null {
    const { provider } = this.lines.own;
    return provider.deleteRecording ? provider.name : null;
  }

  /** @returns the calls whose recordings are gone. A process that dies in between finds them gone the next time. */
  async delete(recordings: readonly Pick<DueRecording, 'call_id' | 'source_url'>[]): Promise<Set<string>> {
    const deleted: string[] = [];
    for (const { call_id, source_url } of recordings) if (await this.isDeleted(source_url)) deleted.push(call_id);
    if (deleted.length > 0) await this.database.transaction((sql) => dropRecordings(sql, deleted));
    return new Set(deleted);
  }

  /**
   * What is older than its tenant keeps it, and what was erased and could not be deleted then. @returns how many went.
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

  /** One that is given up stays, and is listed for the operator. */
  private async deleteCounted(due: readonly DueRecording[]): Promise<number> {
    let count = 0;
    await this.counted.run({
      kind: 'recording_deletion',
      items: due,
      subjectOf: ({ call_id }) => call_id,
      work: async (group) => {
        count += (await this.delete(group)).size;
      },
      giveUp: async () => undefined,
    });
    return count;
  }

  private async isDeleted(recordingUrl: string): Promise<boolean> {
    const deletion = this.lines.own.provider.deleteRecording?.(recordingUrl);
    return deletion !== undefined && (await within(PATIENCE_MS, deletion, 'unavailable')) === 'deleted';
  }
}
