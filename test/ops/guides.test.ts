import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment } from '#config/process-environment.js';
import { hasMovableClock, startPostgresAt, SUNDAY_NIGHT, type MovedPostgres } from '../support/moved-clock.js';
import { startApi, type RunningApi } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { shellBlocks } from '../support/shell-blocks.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

const run = promisify(execFile);

const BLOCKS = shellBlocks();
const RUN = BLOCKS.filter(({ reason }) => reason === null);
const NOT_RUN = BLOCKS.filter(({ reason }) => reason !== null);

/** Shell variables and functions that the README defines and the guides use. */
const DEFINED = 'api json token auth campaign import';
const PATIENCE_MS = 300_000;

describe('Shell blocks of README and guides', () => {
  it('are all known to be run, or say why not', () => {
    expect(RUN.map(({ page }) => page)).toEqual(['README.md', 'imports.md', 'imports.md', 'people.md', 'test-mode.md']);
    expect(NOT_RUN.length).toBe(8);
    for (const { reason } of NOT_RUN) expect(reason).toMatch(/^\w.{10,}/);
  });
});

const HAS_CURL = spawnSync('curl', ['--version']).status === 0;

/** Runs the commands as a newcomer types them, on a system that was started on a Sunday at 03:00. */
describe.skipIf(!hasMovableClock || !HAS_CURL)('A newcomer on a Sunday at 03:00', () => {
  let postgres: MovedPostgres;
  let api: RunningApi;
  let worker: INestApplicationContext;
  let home: string;
  beforeAll(async () => {
    postgres = await startPostgresAt(SUNDAY_NIGHT);
    const config = testConfig(postgres.url);
    api = await startApi(config);
    worker = await startWorker(config);
    home = await mkdtemp(join(tmpdir(), 'outdial newcomer '));
    await symlink(resolve('examples'), join(home, 'examples'));
    const { host } = new URL(api.client.origin);
    await writeFile(join(home, '.curlrc'), `connect-to = "127.0.0.1:3000:${host}"\nfail-with-body\n`);
  });
  afterAll(async () => {
    await worker.close();
    await api.close();
    await postgres.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** Runs a block as it stands, after what earlier ones have defined; a request that is refused ends it. */
  const type = async (text: string): Promise<string> => {
    const script = `set -eo pipefail
[ ! -f defined ] || source ./defined
${text}
declare -p ${DEFINED} > defined 2>/dev/null || true
declare -f field >> defined\n`;
    const { PATH } = childEnvironment({});
    const env = { PATH, HOME: home, CURL_HOME: home };
    const { stdout } = await run('bash', ['-c', script], {
      cwd: home,
      env,
      timeout: PATIENCE_MS,
      maxBuffer: 64 * 2 ** 20,
    });
    return stdout;
  };

  it.each(RUN)(
    'types $name',
    async ({ text, page }) => {
      const told = await type(text);
      if (page === 'README.md') expect(told).toContain('"is_test":true');
    },
    PATIENCE_MS,
  );

  it('has seen calls, and all of them in tests', async () => {
    await until('the first contact of the README is reached', async () => {
      const calls = `SELECT FROM calls WHERE phone_number = '+447700900101' AND outcome = 'goal_reached'`;
      return (await postgres.query(calls)).length > 0;
    });
    const outcomes = await postgres.query<{ is_test: boolean; provider: string }>(
      'SELECT DISTINCT is_test, provider FROM calls',
    );
    expect(outcomes).toEqual([{ is_test: true, provider: 'simulator' }]);
  });

  it('has the files that the guides write', async () => {
    expect(await readFile(join(home, 'contacts.csv'), 'utf8')).toContain('phone');
    expect(await readFile(join(home, 'calls.ndjson'), 'utf8')).toContain('"is_test":true');
  });

  it('may leave the plus of a number in a query as it is', async () => {
    const [block] = RUN.filter(({ page }) => page === 'people.md');
    expect(block?.text).toContain('?phone_number=+44');
  });
});
