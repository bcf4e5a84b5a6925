import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { startApi, type RunningApi } from '../../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../../support/telephony-account.js';
import { testConfig } from '../../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import type { Document } from '../../security/operations.js';
import { Contract } from './contract.js';
import { Drawer } from './drawn-request.js';
import { Sender } from './sender.js';
import { Stage } from './stage.js';
import { Values } from './values.js';

/** Starts an API before the tests of a `describe`, and closes it after them. */
export function useAskedApi(): AskedApi {
  const asked = new AskedApi();
  beforeAll(() => asked.open());
  afterAll(() => asked.close());
  return asked;
}

/** An API that is sent requests which are drawn from its own OpenAPI document. */
export class AskedApi {
  /** Lines that the API wrote to its log, kept from the terminal. */
  readonly written: string[] = [];
  contract!: Contract;
  sender!: Sender;
  private database!: TestDatabase;
  private api!: RunningApi;
  private dataDir!: string;

  async open(): Promise<void> {
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => this.written.push(String(text)) > 0);
    this.dataDir = await mkdtemp(join(tmpdir(), 'outdial-requests-'));
    this.database = await createTestDatabase();
    const settings = {
      ...ACCOUNTS_SET_UP,
      OUTDIAL_DATA_DIR: this.dataDir,
      TRUSTED_PROXIES: '127.0.0.1',
      TENANT_OPEN_IMPORTS: '1000',
    };
    this.api = await startApi(testConfig(this.database.url, settings));
    this.sender = new Sender(this.api.client.origin);
    this.contract = new Contract((await this.api.client.get<Document>('//openapi.json')).body);
  }

  /** Registers a new tenant that has one of everything, for requests drawn by this chance. */
  async newDrawer(random: () => number): Promise<Drawer> {
    const stage = await Stage.set(this.api.client, this.database);
    return new Drawer(this.contract, new Values(this.contract, random, stage.hints), stage);
  }

  async close(): Promise<void> {
    vi.restoreAllMocks();
    this.sender.close();
    await this.api.close();
    await this.database.drop();
    await rm(this.dataDir, { recursive: true });
  }
}
