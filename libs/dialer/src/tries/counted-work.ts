import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { beginWork, endWork, giveUpWork, triesOf } from '#database/statements/engine/sweep/work-tries.js';
import { inGroups, MOST_TRIES, type WorkKind } from '#rules/attempt/work-tries.js';

export interface CountedItems<Item, Result> {
  readonly kind: WorkKind;
  readonly items: readonly Item[];
  readonly subjectOf: (item: Item) => string;
  /** Does the work. An error thrown here uses up no try: only the end or the freezing of the process does. */
  readonly work: (items: readonly Item[]) => Promise<Result>;
  /** Ends an item that no process survives, without processing it. */
  readonly giveUp: (item: Item) => Promise<void>;
}

/**
 * Runs work that may kill or freeze the process. The start of the work is committed before it. An item on which three
 * processes have died is given up. That is logged, and listed by `npm run ops -- given-up`. A lease or a postponed time
 * keeps the items from other processes meanwhile.
 */
@Injectable()
export class CountedWork {
  private readonly logger = new Logger('CountedWork');

  constructor(private readonly database: Database) {}

  /**
   * Runs the work.
   * @returns the result of each group of items.
   * @throws what `work` throws; the next round does the remaining groups.
   */
  async run<Item, Result>({ kind, items, subjectOf, work, giveUp }: CountedItems<Item, Result>): Promise<Result[]> {
    if (items.length === 0) return [];
    const tries = await triesOf(this.database, { kind, subjects: items.map(subjectOf) });
    const tried = items.map((item) => ({ item, tries: tries.get(subjectOf(item)) ?? 0 }));
    const { groups, spent } = inGroups(tried);
    for (const { item } of spent) {
      await giveUp(item);
      await this.noteGivenUp(kind, subjectOf(item));
    }
    const results: Result[] = [];
    for (const group of groups) {
      const together = group.map(({ item }) => item);
      results.push(await this.counted({ kind, subjects: together.map(subjectOf) }, () => work(together)));
    }
    return results;
  }

  /** Runs `work`, and records its begin and its end. */
  async counted<Result>(
    what: { kind: WorkKind; subjects: readonly string[] },
    work: () => Promise<Result>,
  ): Promise<Result> {
    await beginWork(this.database, what);
    try {
      return await work();
    } finally {
      await endWork(this.database, what);
    }
  }

  async noteGivenUp(kind: WorkKind, subject: string): Promise<void> {
    if (!(await giveUpWork(this.database, { kind, subject }))) return;
    this.logger.warn('Work was given up: every process that tried it died or froze; see npm run ops -- given-up', {
      kind,
      subject,
      tries: MOST_TRIES,
    });
  }
}
