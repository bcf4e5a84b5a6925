import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.js';

describe('Semaphore', () => {
  it('runs no more work at a time than it may, and all of it in order, whatever fails', async () => {
    const turns = fc.array(fc.record({ steps: fc.nat(4), fails: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), turns, async (most, work) => {
        const semaphore = new Semaphore(most);
        const begun: number[] = [];
        let [inside, largest] = [0, 0];
        const results = await Promise.allSettled(
          work.map(({ steps, fails }, n) =>
            semaphore.run(async () => {
              begun.push(n);
              largest = Math.max(largest, ++inside);
              for (let step = 0; step < steps; step++) await Promise.resolve();
              inside -= 1;
              if (fails) throw new Error('it fails');
              return n;
            }),
          ),
        );
        expect(begun).toEqual(work.map((_, n) => n));
        expect(results.map(({ status }) => status === 'rejected')).toEqual(work.map(({ fails }) => fails));
        expect({ inside, isWithin: largest <= most }).toEqual({ inside: 0, isWithin: true });
      }),
    );
  });

  it('begins all work within its limit, and is idle once all of it has ended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(4), { maxLength: 40 }), async (most, turns) => {
        const semaphore = new Semaphore(most);
        let [inside, largest, done] = [0, 0, 0];
        const work = (turn: number) => async () => {
          largest = Math.max(largest, ++inside);
          for (let n = 0; n < turn; n++) await Promise.resolve();
          inside -= 1;
          done += 1;
        };
        await Promise.all(turns.map((turn) => semaphore.begin(work(turn))));
        await semaphore.idle();
        expect({ done, inside, isWithin: largest <= most }).toEqual({ done: turns.length, inside: 0, isWithin: true });
      }),
    );
  });
});
