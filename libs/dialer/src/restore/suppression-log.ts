import { Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import type { Database } from '#database/connection/database.js';
import {
  dropSuppressionEntries,
  readSuppressionBacklog,
  readSuppressionEntries,
} from '#database/statements/people/suppression-outbox.js';
import { keepSuppressionEntries } from './keep-suppression-entries.js';
import type { SuppressionSink } from './suppression-sink.js';

const BATCH_SIZE = 500;

/** Batches of one round. The next round writes the rest, so that a round ends within its lease. */
const MOST_BATCHES = 20;

/**
 * Copies suppressions from the database into SUPPRESSION_LOG. Each entry is written at least once: it is deleted only
 * after it has been appended. A log that cannot be written delays nothing else.
 */
export class SuppressionLog {
  private readonly logger = new Logger('SuppressionLog');
  private isTrouble = false;

  /** @param sink null: SUPPRESSION_LOG is not set. */
  constructor(
    private readonly database: Database,
    private readonly sink: SuppressionSink | null,
  ) {}

  /** Makes the database keep entries if there is a log. Warns if it keeps entries and this process knows of no log. */
  async prepare(): Promise<void> {
    if (this.sink !== null) return this.database.transaction(keepSuppressionEntries);
    const { is_on } = await readSuppressionBacklog(this.database);
    if (is_on)
      this.logger.warn(
        'SUPPRESSION_LOG is not set, but the database keeps entries for it: ' +
          'set it for every worker, or run: npm run ops -- suppression-log --off --yes',
      );
  }

  get isWritten(): boolean {
    return this.sink !== null;
  }

  /** Appends the entries that wait. Called by one worker at a time, under a lease. */
  async drain(): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES && this.sink !== null; batch++) {
      const entries = await readSuppressionEntries(this.database, BATCH_SIZE);
      if (entries.length === 0 || !(await this.append(this.sink, entries))) return;
      await failpoint('suppression.logged');
      await dropSuppressionEntries(
        this.database,
        entries.map(({ seq }) => seq),
      );
      if (entries.length < BATCH_SIZE) return;
    }
  }

  private async append(sink: SuppressionSink, entries: Parameters<SuppressionSink['append']>[0]): Promise<boolean> {
    try {
      await sink.append(entries);
      this.isTrouble = false;
      return true;
    } catch (error) {
      if (!this.isTrouble)
        this.logger.warn('SUPPRESSION_LOG cannot be written; its entries wait in the database', { err: error });
      this.isTrouble = true;
      return false;
    }
  }
}
