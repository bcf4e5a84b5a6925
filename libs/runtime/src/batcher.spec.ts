import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batcher } from './batcher.js';

describe('Batcher', () => {
  it('runs a lone item at once, and what comes meanwhile together', async () => {
    const sets: number[][] = [];
    const batcher = new Batcher(
      async (items: number[]) => {
        sets.push(items);
        await Promise.resolve();
        return items;
      },
      { maxItems: 100 },
    );
    await Promise.all([1, 2, 3, 4].map((item) => batcher.submit(item)));
    expect(sets).toEqual([[1], [2, 3, 4]]);
  });

  it('gives each item its own result, in sets no larger than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (items, max) => {
          let largest = 0;
          const batcher = new Batcher(
            async (set: number[]) => {
              largest = Math.max(largest, set.length);
              return set.map((item) => item * 2);
            },
            { maxItems: max },
          );
          expect(await Promise.all(items.map((item) => batcher.submit(item)))).toEqual(items.map((item) => item * 2));
          expect(largest).toBeLessThanOrEqual(max);
        },
      ),
    );
  });

  it('lets a bad item fail alone', async () => {
    const batcher = new Batcher(
      async (items: number[]) => {
        if (items.includes(13)) throw new Error('13');
        return items;
      },
      { maxItems: 100 },
    );
    const results = await Promise.allSettled([1, 2, 13, 4].map((item) => batcher.submit(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await batcher.submit(5)).toBe(5);
  });
});
