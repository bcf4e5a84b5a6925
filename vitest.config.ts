import { defineConfig } from 'vitest/config';

/** Makes `#room/…` mean the TypeScript sources, as package.json says ("imports"). */
const conditions = ['outdial-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // What runs before the tests, too.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    include: ['libs/**/*.spec.ts', 'apps/**/*.spec.ts', 'test/**/*.test.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    // A process keeps the modules that it has loaded: to load NestJS and TypeORM anew for each file takes longer than most files.
    isolate: false,
    // Nobody waits for these where all is well: they are for machines that stand still now and then.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
