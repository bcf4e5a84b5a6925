import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from './mutations.mjs';

/** Checks that each mutation still changes something and names tests that exist; `npm run mutants` tries them out. */
describe('A mutation', () => {
  it.each(MUTATIONS)('fits the code: $claim', ({ file, find, put, tests }) => {
    const pieces = readFileSync(file, 'utf8').split(find);
    expect(pieces).toHaveLength(2);
    expect(put).not.toBe(find);
    expect(tests.filter((test) => !existsSync(test))).toEqual([]);
  });
});
