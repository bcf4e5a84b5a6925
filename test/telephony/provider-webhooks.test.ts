import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepWebhooks } from '#database/statements/telephony/provider-webhooks.js';
import { seededRandom, shuffled } from '#rules/values/seeded-random.js';
import { openContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { RawConnection } from '../support/raw-http.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';
import { CallbackStage, PUBLIC_URL, signed, urlOf, type LiveCall } from './webhooks/webhook-stage.js';
import { signedCallback } from './twilio/signed-webhook.js';

const ACCEPTED = { status: 204, body: '' };
const MEBIBYTE = 1_048_576;
const ORDERS = 8;
const COPIES = 20;

describe("A provider's callbacks, at the API,", () => {
  let stage: CallbackStage;
  let call: LiveCall;

  beforeAll(async () => {
    stage = await CallbackStage.set();
  });

  afterAll(() => stage.close());

  beforeEach(async () => {
    await stage.database.query('DELETE FROM provider_webhooks');
    call = await stage.call();
  });

  const facts = async ({ jobId }: LiveCall) => {
    const [row] = await stage.database.query(
      `SELECT c.status, c.answered_by, c.outcome, c.end_reason, c.duration_seconds,
         c.recording_url IS NOT NULL AS is_recorded,
         j.status AS job, l.status AS lead
       FROM calls c JOIN dialer_jobs j ON j.id = c.dialer_job_id JOIN leads l ON l.id = c.lead_id WHERE j.id = $1`,
      [jobId],
    );
    return row;
  };
  /** Deletes the call and cancels its dialer job, as after a rejection in which no phone can have rung. */
  const giveBack = async ({ jobId }: LiveCall) => {
    await stage.database.query('DELETE FROM calls WHERE dialer_job_id = $1', [jobId]);
    await stage.database.query(
      `UPDATE dialer_jobs SET status = 'canceled', check_at = NULL, finished_at = now() WHERE id = $1`,
      [jobId],
    );
  };
  const talk = (one: LiveCall) => one.tell('ring', 'answer', 'complete');
  const problems = async () => (await stage.kept()).map(({ problem }) => problem);

  describe('from the provider', () => {
    it('are in the database when they are answered, each of them', async () => {
      const statuses: unknown[] = [];
      for (const report of talk(call)) {
        expect(await stage.send(report)).toEqual(ACCEPTED);
        statuses.push((await facts(call))?.['status']);
      }
      expect(statuses).toEqual(['initiated', 'ringing', 'in_progress', 'in_progress', 'completed', 'completed']);
      expect(await facts(call)).toEqual({
        status: 'completed',
        answered_by: 'human',
        outcome: 'reached',
        end_reason: 'completed',
        duration_seconds: 0,
        is_recorded: true,
        job: 'succeeded',
        lead: 'completed',
      });
      expect(await stage.kept()).toEqual([]);
    });

    it('are not answered before what they say is committed', async () => {
      const [, ringing] = call.tell('ring');
      const holder = await stage.database.lock(`SELECT FROM campaigns WHERE id = '${call.campaignId}' FOR UPDATE`);
      let isAnswered = false;
      const reply = stage.send(ringing!).finally(() => (isAnswered = true));
      await until('it waits for the lock', () => stage.isSomebodyWaiting());
      expect(isAnswered).toBe(false);
      await holder.letGo();
      expect(await reply).toEqual(ACCEPTED);
      expect(await facts(call)).toMatchObject({ status: 'ringing' });
    });

    it('change nothing when they are sent again', async () => {
      const reports = talk(call);
      for (const report of reports) await stage.send(report);
      await until('the freed slot has been seen to', async () => {
        const awake = await stage.database.query('SELECT FROM campaigns WHERE wake_at IS NOT NULL');
        return awake.length === 0;
      });
      const before = await stage.rows();
      for (const report of [...reports, ...reports.toReversed()]) expect(await stage.send(report)).toEqual(ACCEPTED);
      expect(await stage.rows()).toEqual(before);
    });

    it('are written down once, however many copies come at the same time', async () => {
      const reports = talk(call);
      const copies = reports.flatMap((report) => Array.from({ length: COPIES }, () => report));
      expect(await Promise.all(copies.map((report) => stage.send(report)))).toEqual(copies.map(() => ACCEPTED));
      const events = await stage.database.query('SELECT report_key FROM call_reports WHERE call_id = $1', [
        call.callId,
      ]);
      expect(events).toHaveLength(reports.length);
    });

    it('come to the same in any order', async () => {
      for (const report of talk(call)) await stage.send(report);
      const expected = await facts(call);
      for (let order = 0; order < ORDERS; order++) {
        const other = await stage.call();
        const reports = shuffled(seededRandom('callbacks', String(order)), talk(other));
        for (const report of reports) expect(await stage.send(report)).toEqual(ACCEPTED);
        expect([order, await facts(other)]).toEqual([order, expected]);
      }
    });

    it('are taken with any type of body', async () => {
      const { url, body, headers } = signed(talk(call).at(-1)!);
      for (const type of ['application/json', 'text/csv', 'application/gzip', 'multipart/form-data; boundary=x']) {
        const reply = await stage.post({ url, body, headers: { ...headers, 'content-type': type } });
        expect([type, reply]).toEqual([type, ACCEPTED]);
      }
      expect(await facts(call)).toMatchObject({ is_recorded: true });
    });
  });

  describe('that cannot be applied', () => {
    it('are kept for an operator where the dialer job is not known, and listed', async () => {
      const jobId = randomUUID();
      const [report] = call.tell();
      expect(await stage.send({ ...report!, url: urlOf(jobId) })).toEqual(ACCEPTED);
      expect(await stage.kept()).toEqual([
        {
          provider: 'twilio',
          dialer_job_id: jobId,
          body: new URLSearchParams(report!.fields).toString(),
          problem: 'no such dialer job',
        },
      ]);
      const text = await ops('callbacks');
      expect(text).toMatch(new RegExp(`twilio +ours +${jobId} +no such dialer job`));
      expect(JSON.parse(await ops('callbacks', '--json'))).toMatchObject([{ dialer_job_id: jobId }]);
    });

    it('are kept where they say nothing that we know', async () => {
      const told: Record<string, string>[] = [{ Nothing: 'at all' }, { CallSid: `CA${'0'.repeat(32)}`, Odd: 'yes' }];
      for (const fields of told) {
        expect(await stage.send({ url: urlOf(call.jobId), fields })).toEqual(ACCEPTED);
      }
      expect(await problems()).toEqual(['no CallSid', 'tells nothing that we know']);
      expect(await facts(call)).toMatchObject({ status: 'initiated' });
    });

    it('are kept whatever characters are in them', async () => {
      const fields = { Odd: 'a\u0000b\uD800c', Long: 'x'.repeat(60_000) };
      expect(await stage.send({ url: urlOf(call.jobId), fields })).toEqual(ACCEPTED);
      expect((await stage.kept())[0]?.body).toContain('x'.repeat(60_000));
    });

    it('are kept once, however often they are sent, and whatever they say', async () => {
      const odd = { url: urlOf(call.jobId), fields: { Odd: 'yes' } };
      const unknown = { url: urlOf(randomUUID()), fields: { Odd: 'yes' } };
      const copies = Array.from({ length: COPIES }, () => [odd, unknown]).flat();
      await Promise.all(copies.map((copy) => stage.send(copy)));
      expect((await problems()).toSorted()).toEqual(['no CallSid', 'no such dialer job']);
    });

    it('are kept until there are twenty of a dialer job; the next ones are answered all the same', async () => {
      const sent = Array.from({ length: 50 }, (_, n) => stage.send({ url: urlOf(call.jobId), fields: { n: `${n}` } }));
      expect(await Promise.all(sent)).toEqual(sent.map(() => ACCEPTED));
      expect(await problems()).toHaveLength(20);
      const other = await stage.call();
      await stage.send({ url: urlOf(other.jobId), fields: { n: '0' } });
      expect(await problems()).toHaveLength(21);
    });

    it(
      'are kept until there are a thousand of dialer jobs that are not known, which leaves room ' +
        'for those that are',
      async () => {
        await stage.database.query(`
        INSERT INTO provider_webhooks (provider, dialer_job_id, body, problem, is_job_known, digest)
        SELECT 'twilio', gen_random_uuid(), '', 'no such dialer job', false, sha256(n::text::bytea)
        FROM generate_series(1, 995) n`);
        const unknown = Array.from({ length: 10 }, () =>
          stage.send({ url: urlOf(randomUUID()), fields: { Odd: 'yes' } }),
        );
        expect(await Promise.all(unknown)).toEqual(unknown.map(() => ACCEPTED));
        expect(await problems()).toHaveLength(1000);
        await stage.send({ url: urlOf(call.jobId), fields: { Odd: 'yes' } });
        expect(await problems()).toHaveLength(1001);
      },
    );

    it('are kept of others although one dialer job has had more than there is room for', async () => {
      const told = (dialerJobId: string, n: number) => ({
        provider: 'twilio',
        accountId: null,
        dialerJobId,
        isJobKnown: false,
        body: '',
        digest: n.toString(16).padStart(64, '0'),
        problem: 'no such dialer job',
      });
      await stage.database.query(`
        INSERT INTO provider_webhooks (provider, dialer_job_id, body, problem, is_job_known, digest)
        SELECT 'twilio', gen_random_uuid(), '', 'no such dialer job', false, sha256(n::text::bytea)
        FROM generate_series(1, 950) n`);
      const noisy = randomUUID();
      const callbacks = Array.from({ length: 90 }, (_, n) => told(n < 80 ? noisy : randomUUID(), n));
      const context = await openContext(testConfig(stage.database.url), stage.database.url);
      expect(await context.database.transaction((sql) => keepWebhooks(sql, callbacks))).toBe(60);
      await context.close();
      expect(await problems()).toHaveLength(950 + 20 + 10);
    });

    it.each([
      ['ring', 'initiated', 'ringing'],
      ['complete', 'initiated', 'ringing', 'in-progress', 'completed'],
      ['busy', 'initiated', 'ringing', 'busy'],
    ] as const)('are kept where the attempt was given back, and yet a phone was reached: %s', async (step, ...told) => {
      const steps = { ring: ['ring'], complete: ['ring', 'answer', 'complete'], busy: ['ring', 'busy'] } as const;
      const reports = call.tell(...steps[step]).filter(({ fields }) => fields['CallStatus'] !== undefined);
      expect(reports.map(({ fields }) => fields['CallStatus'])).toEqual(told);
      await giveBack(call);
      for (const report of reports) expect(await stage.send(report)).toEqual(ACCEPTED);
      expect(await problems()).toEqual(told.slice(1).map(() => 'no call of this dialer job'));
      expect((await stage.kept())[0]).toMatchObject({ dialer_job_id: call.jobId });
    });

    it('are not kept where they say no more than that a call which never was has ended', async () => {
      const reports = call.tell('fail');
      await giveBack(call);
      for (const report of reports) expect(await stage.send(report)).toEqual(ACCEPTED);
      expect(await stage.kept()).toEqual([]);
    });

    it('make no row where nothing is kept: ops says so', async () => {
      expect(await ops('callbacks')).toBe('Every provider webhook that came could be applied.\n');
    });
  });

  describe('from somebody else', () => {
    it('are refused, and change nothing', async () => {
      const [, report] = call.tell('ring');
      const genuine = signed(report!);
      const before = await stage.rows();
      const forgeries = [
        signedCallback(report!, 'another-token'),
        { ...genuine, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        { ...genuine, headers: { ...genuine.headers, 'x-twilio-signature': '' } },
        { ...genuine, body: genuine.body.replace('ringing', 'completed') },
        { ...genuine, body: '' },
        { ...genuine, url: `${genuine.url}?more=1` },
        { ...signed({ ...report!, url: urlOf(randomUUID()) }), url: genuine.url },
        signed({ ...report!, url: genuine.url.replace(PUBLIC_URL, 'https://elsewhere.example') }),
      ];
      for (const forgery of forgeries) {
        expect(await stage.post(forgery)).toEqual({ status: 403, body: '' });
      }
      expect(await stage.rows()).toEqual(before);
    });

    it('leave one line of the log each, with the address, and those that are signed leave none', async () => {
      const spy = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      const [, report] = call.tell('ring');
      await stage.post(signed(report!));
      await stage.post(signedCallback(report!, 'another-token'));
      const warnings = spy.mock.calls.map(([warning]) => warning as unknown as { attack?: string });
      spy.mockRestore();
      const attacks = warnings.filter(({ attack }) => attack !== undefined);
      expect(attacks).toMatchObject([{ attack: 'forged_webhook', address: '127.0.0.1' }]);
    });

    it.each(['vapi', 'simulator', 'sip', 'nobody', '%00', '__proto__'])(
      'that call themselves %s find nothing here',
      async (provider) => {
        const [, report] = call.tell('ring');
        const reply = await stage.send({ ...report!, url: urlOf(call.jobId, provider) });
        expect(reply).toEqual({ status: 404, body: '' });
        expect(await facts(call)).toMatchObject({ status: 'initiated' });
      },
    );

    it('too large, are refused', async () => {
      const { url, headers } = signed(call.tell()[0]!);
      const body = 'x'.repeat(MEBIBYTE + 1);
      expect(await stage.post({ url, headers, body })).toEqual({ status: 413, body: '' });
      expect(await stage.kept()).toEqual([]);
    });

    it.each(['?a=1&a=2', '?__proto__=1', '?constructor=1'])(
      'with %s in their address, are malformed',
      async (query) => {
        const [report] = call.tell();
        const url = `${urlOf(call.jobId)}${query}`;
        expect(await stage.send({ ...report!, url })).toEqual({ status: 400, body: '' });
      },
    );

    it('that ask to GET, learn that there is nothing to get', async () => {
      const { status, headers } = await stage.api.client.get(`/telephony/twilio/callbacks/${call.jobId}`);
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    });
  });

  it.each([
    ['no UUID', 'not-a-uuid', 204],
    ['a NUL', '%00', 204],
    ['an emoji', '%F0%9F%98%80', 204],
    ['a path', '..%2F..%2Fcampaigns', 204],
    ['SQL', "1'%3B%20DROP%20TABLE%20calls", 204],
    ['a UUID in capitals', randomUUID().toUpperCase(), 204],
    ['bytes that are no UTF-8', '%ff', 400],
    ['half an escape', '%', 400],
    ['101 characters', 'x'.repeat(101), 404],
    ['10,000 characters', 'x'.repeat(10_000), 404],
  ])('signed, where the dialer job is %s, get no more than a refusal', async (_what, id, status) => {
    const [report] = call.tell();
    const reply = await stage.send({ ...report!, url: urlOf(id) });
    expect(reply.status).toBe(status);
    expect(reply.body).not.toMatch(/\.(js|ts):\d|node_modules/);
    expect(await problems()).toEqual(status === 204 ? ['no such dialer job'] : []);
  });

  it('are to be sent again while the database is away, and then nothing is lost', async () => {
    const reports = talk(call);
    stage.wire.set({ kind: 'refuse' });
    for (const report of reports) expect(await stage.send(report)).toEqual({ status: 503, body: '' });
    stage.wire.set({ kind: 'ok' });
    expect(await stage.post(signedCallback(reports[0]!, 'another-token'))).toMatchObject({ status: 403 });
    expect(await facts(call)).toMatchObject({ status: 'initiated', is_recorded: false });
    for (const report of reports) expect(await stage.send(report)).toEqual(ACCEPTED);
    expect(await facts(call)).toMatchObject({ status: 'completed', is_recorded: true, lead: 'completed' });
  });

  it('of dialer jobs that exist are taken from an address that forges others, which are refused unread', async () => {
    const other = await CallbackStage.set();
    const known = await other.call();
    const forged = () => signedCallback({ ...known.tell()[0]!, url: urlOf(randomUUID()) }, 'another-token');
    const replies = await Promise.all(Array.from({ length: 101 }, () => other.post(forged())));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([403]));
    const head = { 'content-type': 'text/plain', 'content-length': '500000' };
    const unread = new RawConnection(other.api.client.origin);
    const rejection = await unread.ask(`POST ${new URL(urlOf(randomUUID())).pathname}`, head).answer();
    expect([rejection.status, JSON.parse(rejection.body)]).toMatchObject([429, { code: 'too_many_requests' }]);
    expect(rejection.headers.get('ratelimit-policy')).toBe('"forged_callbacks";q=100;w=60');
    expect(await unread.closed).toBe('in order');
    const [report] = known.tell('ring');
    expect(await other.post(signedCallback(report!, 'another-token'))).toMatchObject({ status: 403 });
    for (const one of known.tell('answer', 'complete')) expect(await other.send(one)).toEqual(ACCEPTED);
    const [row] = await other.database.query('SELECT status FROM calls WHERE id = $1', [known.callId]);
    expect(row).toEqual({ status: 'completed' });
    await other.close();
  });

  it('that have begun are answered by an API that is told to stop, which then keeps no connection', async () => {
    const other = await CallbackStage.set();
    const last = await other.call();
    const reserve = connect(Number(new URL(other.api.client.origin).port), '127.0.0.1');
    await once(reserve, 'connect');
    const holder = await other.database.lock(`SELECT FROM campaigns WHERE id = '${last.campaignId}' FOR UPDATE`);
    const reply = other.send(last.tell('ring')[1]!);
    await until('it waits for the lock', () => other.isSomebodyWaiting());
    const closed = other.close();
    await holder.letGo();
    expect(await reply).toEqual(ACCEPTED);
    await closed;
    reserve.destroy();
    // An idle connection would be kept for 72 s, one over which nothing was asked for 60.
  }, 50_000);

  async function ops(...argv: string[]): Promise<string> {
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    const { url } = stage.database;
    const context = await openContext(testConfig(url, stage.environment), url);
    try {
      await runOps(argv, (work) => work(context), { print: write, complain: write });
      return text;
    } finally {
      await context.close();
    }
  }
});
