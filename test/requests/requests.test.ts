import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import { startApi, type RunningApi } from '../harness/running-api.js';
import { ACCOUNTS_SET_UP } from '../harness/telephony-account.js';
import { testConfig } from '../harness/test-config.js';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.js';
import type { Document, Operation } from '../security/operations.js';
import { Contract } from './contract.js';
import { Drawer, type Kind } from './drawn-request.js';
import { complaintAbout, Tally } from './judge.js';
import { requestOptions } from './options.js';
import { Sender } from './sender.js';
import { Stage } from './stage.js';
import { Values } from './values.js';

const { count, seed } = requestOptions();

/** Tenants that are asked at the same time. */
const LANES = 4;
/** A tenant gets full of what is made in it, and some of what it had is gone. */
const REQUESTS_OF_A_TENANT = 300;

/** Take nothing that could be wrong, and are asked without a token. */
const NEVER_REFUSED = ['GET /livez', 'GET /readyz'];

/** In turn, so that a short run has all of them. */
const KINDS: readonly Kind[] = ['good', 'bad', 'strange', 'good', 'bad', 'strange', 'strange'];

describe(`${count} requests by the OpenAPI document`, () => {
  let database: TestDatabase;
  let api: RunningApi;
  let contract: Contract;
  let dataDir: string;
  let sender: Sender;
  const written: string[] = [];

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    dataDir = await mkdtemp(join(tmpdir(), 'outdial-requests-'));
    database = await createTestDatabase();
    const settings = {
      ...ACCOUNTS_SET_UP,
      OUTDIAL_DATA_DIR: dataDir,
      TRUSTED_PROXIES: '127.0.0.1',
      TENANT_OPEN_IMPORTS: '1000',
    };
    api = await startApi(testConfig(database.url, settings));
    sender = new Sender(api.client.origin);
    contract = new Contract((await api.client.get<Document>('//openapi.json')).body);
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    sender.close();
    await api.close();
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  it(`are answered as it says, and never by a fault of the server (seed ${seed})`, async () => {
    const tally = new Tally(contract.operations.map(({ id }) => id));
    const wrong: string[] = [];
    const lanes = Array.from({ length: LANES }, (_, lane) => keepAsking(lane, tally, wrong));
    await Promise.all(lanes);
    vi.restoreAllMocks();
    console.log(
      [
        tally.table(),
        `${wrong.length} answers are wrong`,
        ...tally.untested(NEVER_REFUSED),
        ...[...new Set(wrong)].slice(0, 200),
      ].join('\n'),
    );
    expect([...new Set(wrong)].slice(0, 20)).toEqual([]);
    expect(tally.untested(NEVER_REFUSED)).toEqual([]);
    expect(written.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  }, 14_400_000);

  it('never fail for a value that looks right and is not, in any parameter or field', async () => {
    const stage = await Stage.set(api.client, database);
    const drawer = new Drawer(contract, new Values(contract, seededRandom(seed, 'strange'), stage.hints), stage);
    const wrong: string[] = [];
    let asked = 0;
    const keepAsking = async (operations: readonly Operation[]) => {
      for (const operation of operations)
        for await (const drawn of drawer.strangeRequests(operation)) {
          asked++;
          const complaint = complaintAbout(contract, drawn, await sender.send(drawn));
          if (complaint) wrong.push(`${operation.id} (${drawn.twist}) ${complaint}`);
        }
    };
    const lanes = Array.from({ length: LANES }, (_, lane) => contract.operations.filter((_, n) => n % LANES === lane));
    await Promise.all(lanes.map(keepAsking));
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(asked).toBeGreaterThan(3_000);
  }, 600_000);

  async function keepAsking(lane: number, tally: Tally, wrong: string[]): Promise<void> {
    const random = seededRandom(seed, 'requests', String(lane));
    let drawer = await newDrawer(random);
    for (let n = lane, turn = 0; n < count; n += LANES, turn++) {
      if (turn > 0 && turn % REQUESTS_OF_A_TENANT === 0) drawer = await newDrawer(random);
      const [operation, kind] = turnOf(n);
      const drawn = await drawer.draw(operation, kind);
      const seen = await sender.send(drawn);
      tally.count(drawn, seen);
      const complaint = complaintAbout(contract, drawn, seen);
      if (complaint) wrong.push(`${operation.id} (${kind} ${drawn.twist}) ${complaint}`);
    }
  }

  /** All operations with one kind of request, then with the next. */
  function turnOf(n: number): [Operation, Kind] {
    const { operations } = contract;
    const kind = KINDS[Math.floor(n / operations.length) % KINDS.length]!;
    return [operations[n % operations.length]!, kind];
  }

  async function newDrawer(random: () => number): Promise<Drawer> {
    const stage = await Stage.set(api.client, database);
    return new Drawer(contract, new Values(contract, random, stage.hints), stage);
  }
});
