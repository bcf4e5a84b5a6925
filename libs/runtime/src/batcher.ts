/**
 * Runs `work` on everything that came in while the previous run was going on: alone when it is quiet, in large sets
 * under load, and never later for it. When a set fails, each of its items is tried by itself, so that one bad item
 * harms no other; unless the failure would only repeat itself (`isHopeless`).
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private isRunning = false;

  constructor(
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly options: BatcherOptions,
  ) {}

  /** Resolves with the item's own result, in the order of `items` that `work` was given. */
  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.waiting.length > 0) await this.run(this.waiting.splice(0, this.options.maxItems));
    this.isRunning = false;
    this.options.onIdle?.();
  }

  private async run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1 || this.options.isHopeless?.(error)) for (const { reject } of batch) reject(error);
      else for (const one of batch) await this.run([one]);
    }
  }
}

export interface BatcherOptions {
  readonly maxItems: number;
  readonly isHopeless?: (error: unknown) => boolean;
  /** Nothing is left to do. */
  readonly onIdle?: () => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** A batcher for each key, for as long as it has work: what waits under one key holds up no other. */
export class KeyedBatcher<Item, Result> {
  private readonly batchers = new Map<string, Batcher<Item, Result>>();

  constructor(
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly options: Omit<BatcherOptions, 'onIdle'>,
  ) {}

  /** Whether there is work under this key. */
  isBusy(key: string): boolean {
    return this.batchers.has(key);
  }

  submit(key: string, item: Item): Promise<Result> {
    const batcher =
      this.batchers.get(key) ?? new Batcher(this.work, { ...this.options, onIdle: () => this.batchers.delete(key) });
    this.batchers.set(key, batcher);
    return batcher.submit(item);
  }
}
