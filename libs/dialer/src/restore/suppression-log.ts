import { Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import type { Database } from '#database/connection/database.js';
import {
  dropSuppressionLines,
  keepSuppressionLines,
  readSuppressionBacklog,
  readSuppressionLines,
} from '#database/statements/people/suppression-outbox.js';
import type { SuppressionSink } from './suppression-sink.js';

const BATCH_SIZE = 500;

/** The rest waits for the next round, within the lease. */
const MOST_BATCHES = 20;

/**
 * Carries suppressions from the database into SUPPRESSION_LOG. Each line gets there at least once: it is taken away
 * only after it has been appended. A log that cannot be written delays nothing else.
 */
export class SuppressionLog {
  private readonly logger = new Logger('SuppressionLog');
  private isTrouble = false;

  /** @param sink null: SUPPRESSION_LOG is not set. */
  constructor(
    private readonly database: Database,
    private readonly sink: SuppressionSink | null,
  ) {}

  /**
   * Switches the lines on where there is a log, and complains where lines are kept for a log that is not named here.
   */
  async prepare(): Promise<void> {
    if (this.sink !== null) return this.database.transaction(keepSuppressionLines);
    const { is_on } = await readSuppressionBacklog(this.database);
    if (is_on)
      this.logger.warn(
        'SUPPRESSION_LOG is not set, but the database keeps lines for it: set it for every worker, or run: npm run ops -- suppression-log --off --yes',
      );
  }

  get isWritten(): boolean {
    return this.sink !== null;
  }

  /** Appends what waits. One caller at a time, under a lease. */
  async drain(): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES && this.sink !== null; batch++) {
      const lines = await readSuppressionLines(this.database, BATCH_SIZE);
      if (lines.length === 0 || !(await this.append(this.sink, lines))) return;
      await reach('suppression.logged');
      await dropSuppressionLines(
        this.database,
        lines.map(({ seq }) => seq),
      );
      if (lines.length < BATCH_SIZE) return;
    }
  }

  private async append(sink: SuppressionSink, lines: Parameters<SuppressionSink['append']>[0]): Promise<boolean> {
    try {
      await sink.append(lines);
      this.isTrouble = false;
      return true;
    } catch (error) {
      if (!this.isTrouble)
        this.logger.warn(`SUPPRESSION_LOG cannot be written, its lines wait in the database: ${foreignText(error)}`);
      this.isTrouble = true;
      return false;
    }
  }
}
