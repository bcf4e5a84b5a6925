import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database } from '#database/connection/database.js';
import { VersionCheck } from '#database/checks/version-check.js';
import { holesIn } from '#rules/values/postgres-holes.js';
import { startApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('At each start', () => {
  let database: TestDatabase;
  let warnings: unknown[];

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  beforeEach(() => {
    warnings = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => warnings.push(message));
  });

  afterEach(() => vi.restoreAllMocks());

  const ofVersion = () => warnings.filter((message) => String(message).includes('known security holes'));

  it('the version of the server at hand is judged', async () => {
    const [row] = await database.query<{ n: number }>(`SELECT current_setting('server_version_num')::int AS n`);
    const api = await startApi(testConfig(database.url));
    await api.close();
    const warning = holesIn(row!.n);
    expect(ofVersion()).toEqual(warning === null ? [] : [warning]);
  });

  it.each([
    [150_018, ['PostgreSQL 15.18 has known security holes: move to 15.19 or newer']],
    [180_004, ['PostgreSQL 18.4 has known security holes: move to 18.6 or newer']],
    [180_006, []],
  ])('a server of version %i is warned of, or not', async (version, told) => {
    const server = { run: () => Promise.resolve([{ version }]) } as unknown as Database;
    await new VersionCheck(server).onModuleInit();
    expect(ofVersion()).toEqual(told.map((sentence) => expect.stringContaining(sentence)));
  });
});
