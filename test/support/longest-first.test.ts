import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { LONGEST, LongestFirst } from './longest-first.js';

const ROOT = join(import.meta.dirname, '../..');

/** Knows nothing of earlier runs, as a new checkout does. */
const NEW_CHECKOUT = {
  config: { root: ROOT },
  cache: { getFileTestResults: () => undefined, getFileStats: () => undefined },
} as unknown as Vitest;

function specification(project: string, path: string): TestSpecification {
  const config = { isolate: project === 'alone', sequence: { groupOrder: 0 } };
  return { project: { name: project, config }, moduleId: join(ROOT, path) } as unknown as TestSpecification;
}

it('every file that is known to take long exists', () => {
  expect(LONGEST.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('a new checkout begins with the longest files of each project', async () => {
  const [first, second] = LONGEST;
  const files = [
    specification('together', 'test/api/auth.test.ts'),
    specification('together', second!),
    specification('alone', 'test/engine/route-turns.test.ts'),
    specification('together', 'test/zones.test.ts'),
    specification('together', first!),
  ];
  const sorted = await new LongestFirst(NEW_CHECKOUT).sort(files);
  expect(sorted).toEqual([files[2], files[4], files[1], files[0], files[3]]);
});
