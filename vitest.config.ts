import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

/** Makes `#room/…` mean the TypeScript sources, as package.json says ("imports"). */
const conditions = ['outdial-source'];

const testFiles = ['libs', 'apps', 'test'].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(spec|test)\.ts$/.test(file))
    .map((file) => join(folder, file)),
);

/**
 * Files that change their whole process: they stop its clock, or force it to collect garbage. Each gets a process of
 * its own, as timers and garbage of files that ran before would count otherwise.
 */
const alone = testFiles.filter((file) =>
  /useFakeTimers|--expose-gc/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // What runs before the tests, too.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    pool: 'forks',
    // The longest files wait more than they compute: those of test/engine/dialing keep half a core busy.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    // Nobody waits for these where all is well: they are for machines that stand still now and then.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: testFiles.filter((file) => !alone.includes(file)),
          globalSetup: ['test/support/global-setup.ts'],
          // A process keeps the modules that it has loaded: to load NestJS and TypeORM anew for each file takes
          // longer than most files.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone, isolate: true } },
    ],
  },
});
