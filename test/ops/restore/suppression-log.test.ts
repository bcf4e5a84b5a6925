import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf, readSuppression } from '#dialer/restore/suppression-entries.js';
import { SuppressionLog } from '#dialer/restore/suppression-log.js';
import { sinkFor } from '#dialer/restore/suppression-sink.js';
import { openContext } from '../../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../../apps/local/src/ops/run-ops.js';
import { setStage, startCampaign, type Stage } from '../../engine/dialing/stage.js';
import { eventOf, ObedientCarrier } from '../../support/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../../support/running-api.js';
import { testConfig } from '../../support/test-config.js';
import { until } from '../../support/until.js';

let directory: string;
let file: string;
let carrier: ObedientCarrier;
let stage: Stage;
let tenantId: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outdial-suppressions-'));
  file = join(directory, 'suppressions.ndjson');
  carrier = new ObedientCarrier();
  stage = await setStage('postgres', carrier, { SUPPRESSION_LOG: file });
  tenantId = (await stage.client.get<{ tenant_id: string }>('/auth/me')).body.tenant_id;
  await until('lines are kept', async () => {
    const [row] = await stage.database.query<{ on: boolean }>(`SELECT logs_suppressions AS on FROM installation`);
    return row!.on;
  });
});

afterEach(async () => {
  await stage.close();
  await rm(directory, { recursive: true, force: true });
});

interface Line {
  readonly kind: string;
  readonly phone_number?: string;
  readonly source?: string;
  readonly person_hash?: string;
}

async function logged(): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}

/** Waits until so many lines are in the log and none waits. */
async function untilLogged(count: number): Promise<Line[]> {
  return until(`${count} lines are logged`, async () => {
    const lines = await logged();
    const [row] = await stage.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM suppression_outbox`);
    return lines.length >= count && row!.n === 0 && lines;
  });
}

async function ops(...argv: string[]): Promise<{ code: number; text: string }> {
  const context = await openContext(
    testConfig(stage.database.url, { SUPPRESSION_LOG: file }),
    stage.database.url,
    carrier,
  );
  let text = '';
  const write = (more: string) => (text += `${more}\n`);
  const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
  await context.close();
  return { code, text };
}

/** Knowledge of a backup of before all of it: none. */
async function forgetSuppressions(): Promise<void> {
  await stage.database.query(`TRUNCATE dnc_entries, erased_people; DELETE FROM consents; TRUNCATE suppression_outbox`);
  await stage.database.query(`UPDATE leads SET status = 'pending', block_code = NULL WHERE status = 'suppressed'`);
}

const listed = () =>
  stage.database.query<{ phone_number: string; source: string }>(
    `SELECT phone_number, source FROM dnc_entries ORDER BY phone_number`,
  );

describe('The suppression log', () => {
  it('gets a line whichever way a number is suppressed', async () => {
    const { client } = stage;
    await client.post('/dnc', { phone_number: dramaNumber(1), reason: 'a letter' });
    await client.delete(`/dnc/${dramaNumber(1)}`);
    await client.post('/consents', { phone_number: dramaNumber(2), kind: 'revoked', source: 'call', channel: 'voice' });
    await startCampaign(stage, { count: 1, from: 3, max_concurrent_calls: 1 });
    await until('the call is placed', async () => carrier.requests.length === 1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'completed', { outcome: 'opt_out', durationSeconds: 5 }));
    const lines = await untilLogged(4);
    expect(lines.map(({ kind, phone_number, source }) => [kind, phone_number, source])).toEqual([
      ['listed', dramaNumber(1), 'manual'],
      ['removed', dramaNumber(1), undefined],
      ['consent_revoked', dramaNumber(2), 'call'],
      ['listed', dramaNumber(3), 'opt_out'],
    ]);
  });

  it('names an erased person by the keyed hash alone', async () => {
    await stage.client.post('/dnc', { phone_number: dramaNumber(1) });
    await untilLogged(1);
    await stage.client.post('/people/erase', { phone_number: dramaNumber(1) });
    const [, erased, ...more] = await untilLogged(2);
    expect(erased).toMatchObject({ kind: 'erased', person_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(erased).not.toHaveProperty('phone_number');
    expect(more).toEqual([]);
  });

  it('loses nothing that is committed while it cannot be written, and says that it is behind', async () => {
    await rm(directory, { recursive: true });
    await stage.client.post('/dnc', { phone_number: dramaNumber(1) });
    await stage.database.query(`UPDATE suppression_outbox SET at = at - interval '2 minutes'`);
    expect(await stage.client.get('//readyz')).toMatchObject({
      status: 200,
      body: { checks: { suppression_log: 'behind' }, hints: [expect.stringContaining('SUPPRESSION_LOG')] },
    });
    expect(await ops('suppression-log')).toMatchObject({ code: 1, text: expect.stringContaining('1 wait') });
  });

  it('goes on in a line of its own after one that a process has torn', async () => {
    await writeFile(file, '{"v":1,"kind":"lis');
    await stage.client.post('/dnc', { phone_number: dramaNumber(1) });
    await until('a line follows', async () => (await readFile(file, 'utf8')).includes(dramaNumber(1)));
    expect((await readFile(file, 'utf8')).split('\n')[0]).toBe('{"v":1,"kind":"lis');
  });

  it('is posted to a URL, and again where that did not answer well', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.writeHead(bodies.push(body) === 1 ? 500 : 204).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
    await stage.worker.close();
    const other = await openContext(testConfig(stage.database.url), stage.database.url, carrier);
    await stage.client.post('/dnc', { phone_number: dramaNumber(1) });
    const log = new SuppressionLog(other.database, sinkFor(url));
    await log.drain();
    await log.drain();
    await other.close();
    server.close();
    expect(bodies).toEqual([bodies[1], bodies[1]]);
    expect(readSuppression(bodies[1]!.trim())).toMatchObject({ kind: 'listed', phoneNumber: dramaNumber(1), tenantId });
  });
});

describe('npm run ops -- replay-suppressions', () => {
  it('puts back what a backup lacks, once, whatever stands in the file beside it', async () => {
    const { client } = stage;
    const campaign = await createCampaign(client);
    const numbers = [1, 2, 3, 4].map(dramaNumber);
    await client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: numbers.map((phone_number) => ({ phone_number })),
    });
    await client.post('/dnc', { phone_number: numbers[0] });
    await client.post('/dnc', { phone_number: numbers[1] });
    await client.delete(`/dnc/${numbers[1]}`);
    await untilLogged(3);
    const text = await readFile(file, 'utf8');
    await client.post('/people/erase', { phone_number: numbers[2] });
    await untilLogged(4);
    await forgetSuppressions();
    await stage.database.query(
      `UPDATE leads SET phone_number = $1, number_key = $1, status = 'pending', erased_at = NULL
        WHERE erased_at IS NOT NULL`,
      [numbers[2]],
    );
    await appendFile(
      file,
      `${text}{"v":1,"kind":"listed","phone_number":"+1\\u0000"}\nnull\n[]\n${'x'.repeat(100_000)}\n{"v":1,"ki`,
    );

    const dry = await ops('replay-suppressions');
    expect(dry).toMatchObject({ code: 0, text: expect.stringContaining('Nothing is changed') });
    expect(await listed()).toEqual([]);
    const real = await ops('replay-suppressions', '--yes');
    expect(real).toMatchObject({ code: 0, text: expect.stringContaining('5 lines are not ours') });
    expect(await listed()).toEqual([{ phone_number: numbers[0], source: 'manual' }]);
    const leads = await stage.database.query<{ n: string; status: string }>(
      `SELECT phone_number AS n, status FROM leads WHERE phone_number = ANY($1) ORDER BY 1`,
      [numbers],
    );
    expect(leads).toEqual([
      { n: numbers[0], status: 'suppressed' },
      { n: numbers[1], status: 'pending' },
      { n: numbers[3], status: 'pending' },
    ]);
    const again = await ops('replay-suppressions', '--yes');
    expect(again.text).toContain('0 numbers listed, 0 removed from the list, 0 consents revoked, 0 people erased');
  });

  it('keeps what a person has said though a later line takes the number off the list', async () => {
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const line = (fields: object) =>
      `${JSON.stringify({ v: 1, tenant_id: tenantId, phone_number: dramaNumber(1), ...fields })}\n`;
    await stage.client.post('/dnc', { phone_number: dramaNumber(1) });
    await untilLogged(1);
    await writeFile(file, line({ kind: 'listed', at: at(3), source: 'manual' }) + line({ kind: 'removed', at: at(2) }));
    await ops('replay-suppressions', '--yes');
    expect(await listed()).toHaveLength(1);
  });
});

describe('linesOf', () => {
  it('splits chunks anywhere, and passes over what is too long for a line of ours', async () => {
    async function* chunks() {
      yield Buffer.from('ab');
      yield Buffer.from('c\nd');
      yield Buffer.from('\n' + 'x'.repeat(9_000));
      yield Buffer.from('\nlast');
    }
    const lines: (string | null)[] = [];
    for await (const line of linesOf(chunks())) lines.push(line);
    expect(lines).toEqual(['abc', 'd', null, 'last']);
  });
});
