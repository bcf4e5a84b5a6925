import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inGroups, MOST_TRIES } from './work-tries.js';

/**
 * Lets processes die of poisonous items until nothing is left to be done. @returns what was done, what was given up,
 * and the deaths.
 */
function livesOf(poisonous: readonly boolean[]): { done: Set<number>; given_up: Set<number>; deaths: number } {
  const tries = new Map<number, number>();
  const [done, givenUp] = [new Set<number>(), new Set<number>()];
  let deaths = 0;
  for (;;) {
    const open = poisonous.flatMap((_, id) =>
      done.has(id) || givenUp.has(id) ? [] : [{ id, tries: tries.get(id) ?? 0 }],
    );
    if (open.length === 0) return { done, given_up: givenUp, deaths };
    const { groups, spent } = inGroups(open);
    for (const { id } of spent) givenUp.add(id);
    for (const group of groups) {
      for (const { id } of group) tries.set(id, (tries.get(id) ?? 0) + 1);
      if (group.some(({ id }) => poisonous[id])) {
        deaths += 1;
        break;
      }
      for (const { id } of group) done.add(id);
    }
  }
}

describe('Work that may kill the process', () => {
  it('an item that kills its worker is given up, and all others are done, however they were grouped', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (poisonous) => {
        const { done, given_up, deaths } = livesOf(poisonous);
        expect([...given_up].toSorted((a, b) => a - b)).toEqual(
          poisonous.flatMap((isPoison, id) => (isPoison ? [id] : [])),
        );
        expect(done.size).toBe(poisonous.filter((isPoison) => !isPoison).length);
        expect(deaths).toBeLessThanOrEqual(MOST_TRIES * given_up.size);
      }),
    );
  });

  it('items are tried all together at first, in tens after a death, and singly after two', () => {
    const items = (count: number, tries: number) => Array.from({ length: count }, () => ({ tries }));
    const sizes = (tries: number) => inGroups(items(25, tries)).groups.map((group) => group.length);
    expect(sizes(0)).toEqual([25]);
    expect(sizes(1)).toEqual([10, 10, 5]);
    expect(sizes(2)).toEqual(Array.from({ length: 25 }, () => 1));
    expect(inGroups(items(4, 3))).toEqual({ groups: [], spent: items(4, 3) });
  });
});
