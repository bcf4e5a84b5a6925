import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lanes } from './semaphore.js';

describe('Lanes', () => {
  it('never let more work go on than they are, and all of it in its turn, whatever fails', async () => {
    const turns = fc.array(fc.record({ steps: fc.nat(4), fails: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), turns, async (most, work) => {
        const lanes = new Lanes(most);
        const begun: number[] = [];
        let [inside, largest] = [0, 0];
        const results = await Promise.allSettled(
          work.map(({ steps, fails }, n) =>
            lanes.run(async () => {
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
});
