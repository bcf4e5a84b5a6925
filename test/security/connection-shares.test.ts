import 'reflect-metadata';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sharesOf } from '#rules/access/connection-share.js';
import type { ApiClient, Answer } from '../support/api-client.js';
import { createCampaign, newAdmin } from '../support/running-api.js';
import { until } from '../support/until.js';
import { CallbackStage } from '../telephony/webhooks/webhook-stage.js';

type Problem = Answer<{ code: string; detail: string }>;

/** Connections of the API. */
const POOL_SIZE = 10;

/**
 * Number of requests that hold a connection of their share or wait for one. More would be rejected in a loop without a
 * pause.
 */
const READERS = sharesOf(POOL_SIZE).tenantHeavy + 25;

const WAITING = `
  SELECT count(*)::int AS n FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE $1`;

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly parameters: Record<string, { name: string }>;
    readonly responses: Record<string, Response>;
  };
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { $ref?: string; name?: string }[];
  readonly responses: Record<string, Response>;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Record<string, unknown>;
}

const API_SOURCES = join(import.meta.dirname, '../../apps/api/src');
const FILE = /^(text\/csv|application\/x-ndjson)/;

/** Reads that are no lists or files, and are as large. */
const AS_LARGE = ['exportPerson', 'preflightCampaign'];

/** Operations that keep people from being called, and those that say whether the process is well. */
const CRITICAL = ['addDncEntry', 'disposeCall', 'engageKillSwitch', 'livez', 'pauseCampaign', 'readyz', 'stopCampaign'];

it('Every list and every file is marked as heavy, and what stops dialing as critical', async () => {
  const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as Document;
  const nameOf = ({ $ref, name }: { $ref?: string; name?: string }) =>
    name ?? document.components.parameters[$ref!.split('/').at(-1)!]!.name;
  const large = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ parameters = [], responses }) => {
      const { $ref, content } = responses['200'] ?? {};
      const answer = $ref ? document.components.responses[$ref.split('/').at(-1)!]?.content : content;
      const isFile = Object.keys(answer ?? {}).some((type) => FILE.test(type));
      return isFile || parameters.some((one) => nameOf(one) === 'page_size');
    })
    .map(({ operationId }) => operationId);
  const marked = await markedOperations();
  expect(marked.heavy.toSorted()).toEqual([...large, ...AS_LARGE].toSorted());
  expect(marked.critical.toSorted()).toEqual(CRITICAL);
});

/** Handlers of controllers by their marks, those of their classes included. */
async function markedOperations(): Promise<{ heavy: string[]; critical: string[] }> {
  const files = (await readdir(API_SOURCES, { recursive: true })).filter((file) => file.endsWith('.controller.ts'));
  const modules = await Promise.all(files.map((file) => import(join(API_SOURCES, file)) as Promise<object>));
  const controllers = modules.flatMap((module) => Object.values(module) as (new () => object)[]);
  const handlers = controllers.flatMap((type) =>
    Object.entries(Object.getOwnPropertyDescriptors(type.prototype as object)).map(([name, { value }]) => {
      return { name, marks: [value as object, type] };
    }),
  );
  const routes = handlers.filter(
    ({ name, marks: [handler] }) => name !== 'constructor' && handler && Reflect.hasMetadata('path', handler),
  );
  const withMark = (mark: string) =>
    routes.filter(({ marks }) => marks.some((one) => Reflect.getMetadata(mark, one))).map(({ name }) => name);
  return { heavy: withMark('heavy'), critical: withMark('critical') };
}

describe('While one tenant reads more than its share of connections', () => {
  let stage: CallbackStage;
  let a: ApiClient;
  let b: ApiClient;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    stage = await CallbackStage.set();
    [a, b] = [await newAdmin(stage.api.client), await newAdmin(stage.api.client)];
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  afterAll(() => stage.close());

  async function waitingFor(table: string): Promise<number> {
    const [row] = await stage.database.query<{ n: number }>(WAITING, [`%${table}%`]);
    return row!.n;
  }

  /** Readers of A that ask again and again for what is locked, and so hold whatever connections they get. */
  async function occupy(table: string, path: string): Promise<Problem[]> {
    const lock = await stage.database.lock(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const answers: Problem[] = [];
    const over = new AbortController();
    const reading = Array.from({ length: READERS }, async () => {
      while (!over.signal.aborted) answers.push((await a.get(path)) as unknown as Problem);
    });
    ends.push(async () => {
      over.abort();
      await lock.letGo();
      await Promise.all(reading);
    });
    await until('readers hold all connections of their share', async () => {
      return (await waitingFor(table)) >= sharesOf(POOL_SIZE).tenantHeavy;
    });
    return answers;
  }

  it('others read, campaigns are paused and stopped, and providers report, all at once', async () => {
    const [own, other] = [await createCampaign(a), await createCampaign(b)];
    const call = await stage.call();
    const run = `UPDATE campaigns SET status = 'running', started_at = now() WHERE id = $1`;
    await stage.database.query(run, [own.id]);
    const answers = await occupy('one_time_links', '/users/invitations');

    for (let n = 0; n < 3; n++) {
      expect((await b.get('/campaigns')).status).toBe(200);
      expect((await b.get(`/campaigns/${other.id}`)).status).toBe(200);
      expect((await a.get(`/campaigns/${own.id}`)).status).toBe(200);
    }
    await until('the process says that it is well', async () => (await a.get('//readyz')).status === 200);
    expect(await a.post(`/campaigns/${own.id}/pause`)).toMatchObject({ status: 200, body: { status: 'paused' } });
    expect((await a.post(`/campaigns/${own.id}/stop`)).status).toBe(200);
    expect((await a.post('/tenant/kill-switch/engage')).status).toBe(200);
    for (const report of call.tell('ring', 'answer', 'complete'))
      expect(await stage.send(report)).toEqual({ status: 204, body: '' });
    const sent = await b.post('/campaigns', { name: 'x', system_prompt: 'x', voice_id: 'x' });
    expect(sent.status).toBe(201);
    expect(await waitingFor('one_time_links')).toBeLessThanOrEqual(sharesOf(POOL_SIZE).tenantHeavy);

    await until('lists are refused', async () => answers.some(({ body }) => body.detail.startsWith('Too many lists')));
    for (const { status, headers, body } of answers) {
      expect([status, body.code]).toEqual([503, 'unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  it('they are served again as soon as they have connections', async () => {
    await occupy('one_time_links', '/users/invitations');
    for (const end of ends.splice(0)) await end();
    expect((await a.get('/users/invitations')).status).toBe(200);
  });

  it('an export is a problem that says when to come back, and never half a file', async () => {
    await occupy('one_time_links', '/users/invitations');
    const paths = ['/calls.csv?for=excel', '/calls.ndjson'];
    for (const path of paths) {
      const { status, headers, body } = (await a.get(path)) as unknown as Problem;
      if (status !== 200) {
        expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
        expect(headers.get('content-disposition')).toBeNull();
      }
    }
    const lock = await stage.database.lock('LOCK TABLE calls IN ACCESS EXCLUSIVE MODE');
    ends.unshift(() => lock.letGo());
    const refused = await Promise.all(paths.map((path) => a.get(path) as unknown as Promise<Problem>));
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(paths.map(() => [503, 'unavailable']));
  });

  it('an export that has begun goes on to its last row', async () => {
    const campaign = await createCampaign(a);
    await stage.database.query(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, custom_fields, created_at)
       SELECT tenant_id, id, '+1999' || n, '+1999' || n, jsonb_build_object('note', repeat('x', 10000)),
         now() + n * interval '1 microsecond'
       FROM campaigns, generate_series(1000000, 1002999) n WHERE id = $1`,
      [campaign.id],
    );
    const response = await fetch(`${a.origin}/api/v1/campaigns/${campaign.id}/contacts.ndjson`, {
      headers: { authorization: `Bearer ${a.token}` },
    });
    expect(response.status).toBe(200);
    await occupy('one_time_links', '/users/invitations');
    const lines = (await text(Readable.fromWeb(response.body as never))).trimEnd().split('\n');
    expect(lines).toHaveLength(3_000);
  });
});
