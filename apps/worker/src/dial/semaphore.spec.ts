import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from './semaphore.js';

describe('Gate', () => {
  it('never lets in more than it may, lets everybody in, and knows when all have left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(4), { maxLength: 40 }), async (most, turns) => {
        const gate = new Gate(most);
        let inside = 0;
        let largest = 0;
        let done = 0;
        const work = (turn: number) => async () => {
          largest = Math.max(largest, ++inside);
          for (let n = 0; n < turn; n++) await Promise.resolve();
          inside -= 1;
          done += 1;
        };
        await Promise.all(turns.map((turn) => gate.admit(work(turn))));
        await gate.empty();
        expect({ done, inside, isWithin: largest <= most }).toEqual({ done: turns.length, inside: 0, isWithin: true });
      }),
    );
  });
});
