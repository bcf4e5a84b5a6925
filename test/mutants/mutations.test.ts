import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from './mutations.mjs';

/** They are tried by `npm run mutants`; here only that each still changes something, and names tests that are there. */
describe('A mutation', () => {
  it.each(MUTATIONS)('fits the code: $claim', ({ file, find, put, tests }) => {
    const pieces = readFileSync(file, 'utf8').split(find);
    expect(pieces).toHaveLength(2);
    expect(put).not.toBe(find);
    expect(tests.filter((test) => !existsSync(test))).toEqual([]);
  });
});
