import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupBy } from './group-by.js';

describe('groupBy', () => {
  it('every item is kept once, under its key, in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat())), (items) => {
        const groups = groupBy(items, ([key]) => key);
        expect([...groups.keys()]).toEqual([...new Set(items.map(([key]) => key))]);
        for (const [key, group] of groups) expect(group).toEqual(items.filter(([own]) => own === key));
      }),
    );
  });
});
