import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import { startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { drawBadRequest, type BadRequest } from './bad-requests.js';
import { operationsOf, type Document, type Operation } from './operations.js';
import { settleTenant, type SettledTenant } from './tenants.js';
import { tableSums } from './table-sums.js';

const REQUESTS = 10_000;
const SEED = 'outdial';
const AT_ONCE = 8;

describe('10,000 bad requests', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let operations: Operation[];
  let tenant: SettledTenant;
  const written: string[] = [];

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    operations = operationsOf((await api.client.get<Document>('//openapi.json')).body).filter(
      ({ path }) => !/livez|readyz/.test(path),
    );
    tenant = await settleTenant(api.client, database, 100);
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    await api.close();
    await database.drop();
  });

  it('are all refused as a problem, and change nothing', async () => {
    const random = seededRandom(SEED, 'bad requests');
    const before = await tableSums(database);
    const wrong: string[] = [];
    const asked = new Set<string>();
    let left = REQUESTS;
    const keepAsking = async () => {
      while (left-- > 0) {
        const bad = drawBadRequest(operations, tenant.ids, random);
        asked.add(bad.operation.id);
        const complaint = complaintAbout(await send(bad));
        if (complaint) wrong.push(`${bad.how}: ${bad.method} ${bad.path} ${bad.rawBody?.slice(0, 200)}: ${complaint}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, keepAsking));
    vi.restoreAllMocks();
    console.log(
      `${REQUESTS} bad requests to ${asked.size} operations (seed ${SEED}): ${wrong.length} not ` +
        'refused as they should be',
    );
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(asked.size).toBe(operations.length);
    expect(await tableSums(database)).toEqual(before);
    expect(written.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  }, 180_000);

  interface Seen {
    readonly status: number;
    readonly type: string;
    readonly text: string;
  }

  /** Sends the request as it stands: `fetch` would tidy up the path. */
  function send({ method, path, headers, rawBody }: BadRequest): Promise<Seen> {
    const { hostname, port } = new URL(api.client.origin);
    return new Promise((resolve, reject) => {
      const authorization = `Bearer ${tenant.admin.token}`;
      const length = rawBody === undefined ? {} : { 'content-length': Buffer.byteLength(rawBody) };
      const request = rawRequest({ hostname, port, method, path, headers: { authorization, ...length, ...headers } });
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
        );
      });
      request.on('error', reject);
      request.end(rawBody);
    });
  }
});

function complaintAbout({ status, type, text }: { status: number; type: string; text: string }): string | null {
  if (status < 400 || status > 499) return `answered ${status}`;
  if (!type.startsWith('application/problem+json')) return `answered ${status} as ${type}`;
  return /\bat .*\.[jt]s:\d+|node_modules|SELECT |pg_/.test(text) ? `says too much: ${text.slice(0, 300)}` : null;
}
