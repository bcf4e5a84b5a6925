import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../apps/local/src/embedded-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
  }
}

/** One PostgreSQL for the whole run, thrown away after it: nothing in it need survive a power cut. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/** Started by root, PostgreSQL may have to run as somebody else, who has to get through to its data. */
const OTHERS_MAY_PASS = 0o711;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outdial-test-'));
  await chmod(dataDir, OTHERS_MAY_PASS);
  const postgres = await startPostgres({ dataDir, settings: SETTINGS });
  project.provide('serverUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
