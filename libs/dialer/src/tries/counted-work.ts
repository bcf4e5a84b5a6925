import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { beginWork, endWork, giveUpWork, triesOf } from '#database/statements/engine/sweep/work-tries.js';
import { inGroups, MOST_TRIES, type WorkKind } from '#rules/attempt/work-tries.js';

export interface CountedItems<Item> {
  readonly kind: WorkKind;
  readonly items: readonly Item[];
  readonly subjectOf: (item: Item) => string;
  /**
   * An error thrown here uses up no try: only the end of the process, or its freezing, does.
   */
  readonly work: (items: readonly Item[]) => Promise<void>;
  /** Ends an item that no process survives, without looking into it. */
  readonly giveUp: (item: Item) => Promise<void>;
}

/**
 * Does what may kill or freeze the process. That it is begun is committed before; an item from which no process has
 * come back three times is given up, with a warning and a line in `npm run ops -- given-up`. Items must be nobody
 * else's meanwhile (a lease or a time that was put off).
 */
@Injectable()
export class CountedWork {
  private readonly logger = new Logger('CountedWork');

  constructor(private readonly database: Database) {}

  /** @throws what `work` throws; groups behind it are left for the next time. */
  async run<Item>({ kind, items, subjectOf, work, giveUp }: CountedItems<Item>): Promise<void> {
    if (items.length === 0) return;
    const tries = await triesOf(this.database, { kind, subjects: items.map(subjectOf) });
    const tried = items.map((item) => ({ item, tries: tries.get(subjectOf(item)) ?? 0 }));
    const { groups, spent } = inGroups(tried);
    for (const { item } of spent) {
      await giveUp(item);
      await this.noteGivenUp(kind, subjectOf(item));
    }
    for (const group of groups) {
      const together = group.map(({ item }) => item);
      await this.counted({ kind, subjects: together.map(subjectOf) }, () => work(together));
    }
  }

  /** Does `work` between the two notes about it. */
  async counted(what: { kind: WorkKind; subjects: readonly string[] }, work: () => Promise<void>): Promise<void> {
    await beginWork(this.database, what);
    try {
      await work();
    } finally {
      await endWork(this.database, what);
    }
  }

  async noteGivenUp(kind: WorkKind, subject: string): Promise<void> {
    if (!(await giveUpWork(this.database, { kind, subject }))) return;
    this.logger.warn(
      `Work of the kind ${kind} on ${subject} was given up: ${MOST_TRIES} processes died or froze in it. ` +
        'Look at it (npm run ops -- given-up); `ops -- given-up <id> --yes` lets workers try again.',
    );
  }
}
