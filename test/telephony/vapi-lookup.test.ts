import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import { VapiProvider } from '#telephony/vapi/vapi-provider.js';
import type { CallStep } from './provider-lab.js';
import type { FakeVapiOptions } from './vapi/fake-vapi-options.js';
import { ACCOUNT, makeVapiLab, OWNED_NUMBER, type VapiLab } from './vapi/vapi-lab.js';

const TALK: readonly CallStep[] = ['ring', 'answer', 'complete'];
const SECOND_MS = 1000;
const PAGE_SIZE = 1_000;
const MOST_BYTES = 20_000_000;
const NUMBER_ID: string = ACCOUNT.phoneNumberId;

/** Facts of a conversation that a look-up tells, as a report's key names them. */
const TOLD_OF_TALK = 'outcome:recordingUrl:transcript:summary:messages:wishes:priced';

describe('A call of Vapi that is looked up', () => {
  const never = new AbortController().signal;
  let nowMs: number;
  let lab: VapiLab;
  const labs: VapiLab[] = [];
  const servers: Server[] = [];

  beforeEach(() => {
    nowMs = Date.UTC(2026, 10, 2, 10);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    for (const one of labs.splice(0)) await one.close();
  });

  async function open(...given: Parameters<typeof makeVapiLab>): Promise<VapiLab> {
    const opened = await makeVapiLab(...given);
    labs.push(opened);
    return opened;
  }

  async function start(options: Partial<FakeVapiOptions> = {}): Promise<void> {
    lab = await open({ now: () => new Date(nowMs), ...options });
  }
  const pass = (seconds: number) => (nowMs += seconds * SECOND_MS);

  /** Another API altogether. @returns where it is. */
  async function answering(answer: (path: string) => [status: number, body: string]): Promise<string> {
    const server = createServer((request, response) => {
      const [status, body] = answer(request.url ?? '');
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function place(n = 0): Promise<CallReference> {
    const request = { ...lab.request(n), placedAt: new Date(nowMs) };
    const result = await lab.provider.placeCall(request, never);
    return { ...request, providerCallId: result.kind === 'accepted' ? result.providerCallId : null };
  }
  const byKey = (call: CallReference): CallReference => ({ ...call, providerCallId: null });
  async function found(call: CallReference): Promise<CallReport> {
    const lookup = await lab.provider.lookUp(call);
    if (lookup.kind !== 'found') throw new Error(JSON.stringify(lookup));
    return lookup.report;
  }
  const walk = async (call: CallReference, steps: readonly CallStep[]) => {
    for (const step of steps) {
      await lab.step(call.dialerJobId, step);
      pass(10);
    }
  };

  it('may not be listed yet, which is never the last word', async () => {
    await start({ listedAfterMs: 3 * SECOND_MS });
    const call = await place();
    expect(await lab.provider.lookUp(byKey(call))).toEqual({ kind: 'not_found', isFinal: false });
    pass(3);
    expect((await found(byKey(call))).providerCallId).toBe(call.providerCallId);
  });

  it('is told with all that there is', async () => {
    await start();
    const call = await place();
    await walk(call, TALK);
    const { providerCallId: id } = call;
    expect(await found(call)).toMatchObject({
      reportKey: `lookup:${id}:ended:customer-ended-call:${TOLD_OF_TALK}`,
      occurredAt: new Date(Date.UTC(2026, 10, 2, 10, 0, 20)),
      status: 'completed',
      outcome: 'goal_reached',
      durationSeconds: 10,
      cost: '0.0250',
      recordingUrl: `${lab.fake.url}/call/${id}/mono-recording`,
      messages: [{ role: 'agent' }, { role: 'person', text: 'Yes, who is there?' }],
    });
  });

  it('has cost nothing until it has been reckoned up', async () => {
    await start();
    const [live, unanswered] = [await place(0), await place(1)];
    await walk(live, ['ring', 'answer']);
    await walk(unanswered, ['ring', 'no_answer']);
    expect((await found(live)).cost).toBeUndefined();
    expect((await found(unanswered)).cost).toBeUndefined();
  });

  it('is searched for in the list alone, by the time at which it was placed', async () => {
    await start();
    const call = await place();
    pass(3_600);
    lab.fake.requests.length = 0;
    await found(byKey(call));
    expect(lab.fake.requests.map(decodeURIComponent)).toEqual([
      'GET /call?limit=1000&createdAtGe=2026-11-02T09:59:00.000Z&createdAtLe=2026-11-02T10:01:15.000Z' +
        `&phoneNumberId=${NUMBER_ID}`,
    ]);
  });

  it('is searched for among those from its number, where it is known what Vapi calls that by', async () => {
    await start();
    const from = OWNED_NUMBER.number;
    const request = { ...lab.request(0), placedAt: new Date(nowMs), from };
    const search = async (provider: VapiProvider) => {
      lab.fake.requests.length = 0;
      const lookup = await provider.lookUp({ ...request, providerCallId: null });
      const ids = lab.fake.requests.map((one) => new URL(one.slice('GET '.length), lab.fake.url).searchParams);
      return [lookup.kind, ...ids.map((query) => query.get('phoneNumberId'))];
    };
    await lab.provider.placeCall(request, never);
    expect(await search(lab.provider)).toEqual(['found', OWNED_NUMBER.id]);
    const { provider: another } = await open({}, { apiUrl: lab.fake.url });
    expect(await search(another)).toEqual(['found', null]);
  });

  it('is found beside others to the same number', async () => {
    await start();
    const calls = [await place(0), await place(1), await place(2)];
    for (const call of calls) expect((await found(byKey(call))).providerCallId).toBe(call.providerCallId);
  });

  it('is found by its key although it was given another name', async () => {
    await start();
    const call = await place();
    const { body } = [...lab.fake.calls.values()][0]!.terms;
    Object.assign(body, { name: 'renamed', customer: { number: call.to } });
    expect((await found(byKey(call))).providerCallId).toBe(call.providerCallId);
  });

  describe('among many others', () => {
    /** Calls of other programs, newest first, and a list of them as Vapi gives it. */
    const others = (count: number, createdAt: (n: number) => number) =>
      Array.from({ length: count }, (_, n) => ({ id: idOf(n), createdAt: new Date(createdAt(n)).toISOString() }));
    const idOf = (n: number) => `7420f27a-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const asked: URLSearchParams[] = [];
    const list = (calls: readonly { createdAt: string }[]) =>
      answering((path) => {
        const query = new URL(path, 'http://vapi').searchParams;
        asked.push(query);
        const isInTime = ({ createdAt }: { createdAt: string }) => createdAt <= (query.get('createdAtLe') ?? '');
        return [200, JSON.stringify(calls.filter(isInTime).slice(0, Number(query.get('limit'))))];
      });

    beforeEach(() => {
      asked.length = 0;
    });

    const lookUp = async (apiUrl: string, n = 0) => {
      lab = await open({}, { apiUrl });
      return lab.provider.lookUp({ ...lab.request(n), placedAt: new Date(nowMs), providerCallId: null });
    };

    it('is found on the page after', async () => {
      const calls = others(PAGE_SIZE + 5, (n) => nowMs - Math.floor(n / 4));
      const { dialerJobId } = (lab = await open()).request(0);
      const ours = { id: idOf(9_999), name: dialerJobId, createdAt: new Date(nowMs - 500).toISOString() };
      const apiUrl = await list([...calls, ours]);
      expect(await lookUp(apiUrl)).toMatchObject({ kind: 'found', report: { providerCallId: ours.id } });
      expect(asked.map((query) => query.get('createdAtLe'))).toEqual([
        '2026-11-02T10:01:15.000Z',
        '2026-11-02T09:59:59.751Z',
      ]);
      expect((await lookUp(apiUrl, 1)).kind).toBe('not_found');
    });

    it('is not known to be none where those of one instant do not fit on a page', async () => {
      expect(await lookUp(await list(others(PAGE_SIZE + 1, () => nowMs)))).toMatchObject({ kind: 'unavailable' });
    });

    it.each([
      ['are too long to be read', `["${'x'.repeat(MOST_BYTES)}"]`],
      ['hold too much to be parsed', `[${'{},'.repeat(200_000)}{}]`],
    ])('is found on shorter pages where these %s', async (_why, long) => {
      const { dialerJobId } = (lab = await open()).request(0);
      const ours = { id: idOf(9_999), name: dialerJobId, createdAt: new Date(nowMs).toISOString() };
      const apiUrl = await answering((path) => {
        const isLong = new URL(path, 'http://vapi').searchParams.get('limit') !== '10';
        asked.push(new URL(path, 'http://vapi').searchParams);
        return [200, isLong ? long : JSON.stringify([ours])];
      });
      expect(await lookUp(apiUrl)).toMatchObject({ kind: 'found', report: { providerCallId: ours.id } });
      expect(asked.map((query) => query.get('limit'))).toEqual(['1000', '100', '10']);
    });

    it('is not known to be none where even those are', async () => {
      const apiUrl = await answering(() => [200, `["${'x'.repeat(MOST_BYTES)}"]`]);
      expect(await lookUp(apiUrl)).toMatchObject({ kind: 'unavailable' });
    });
  });

  it('has more to tell than is read, which is no answer', async () => {
    const apiUrl = await answering(() => [200, `{"status":"ended","name":"${'x'.repeat(MOST_BYTES)}"}`]);
    lab = await open({}, { apiUrl });
    const call = { ...lab.request(0), providerCallId: '7420f27a-30fd-4f49-a995-5549ae7cc00d' };
    expect(await lab.provider.lookUp(call)).toEqual({ kind: 'unavailable', cause: `more than ${MOST_BYTES} bytes` });
  });

  it.each([
    ['an error', 500, '{}'],
    ['a refusal', 401, '{"message":"Unauthorized"}'],
    ['no JSON', 200, '<html>'],
    ['no list', 200, '{"results":[]}'],
  ])('is not known to be none because of %s', async (_what, status, body) => {
    const apiUrl = await answering(() => [status, body]);
    lab = await open({}, { apiUrl });
    const call = { ...lab.request(0), providerCallId: null };
    expect((await lab.provider.lookUp(call)).kind).toBe('unavailable');
    expect(await lab.provider.hangup(call)).toBe('unavailable');
  });

  it.each(['../assistant', 'a/b', ''])('of the id %j is asked of nobody', async (providerCallId) => {
    await start();
    const call = { ...lab.request(0), providerCallId };
    expect((await lab.provider.lookUp(call)).kind).toBe('not_found');
    expect(await lab.provider.hangup(call)).toBe('not_found');
    expect(lab.fake.requests).toEqual([]);
  });

  describe('once it has ended', () => {
    const id = '7420f27a-30fd-4f49-a995-5549ae7cc00d';
    const [startedAt, endedAt] = ['2026-11-02T10:00:05Z', '2026-11-02T10:01:00Z'];
    const talk = { messages: [{ role: 'user', message: 'Yes?' }] };

    let shown: object;

    beforeEach(async () => {
      const apiUrl = await answering(() => [200, JSON.stringify({ id, status: 'ended', ...shown })]);
      lab = await open({}, { apiUrl });
    });

    async function told(call: object): Promise<CallReport> {
      shown = call;
      return found({ ...lab.request(0), providerCallId: id });
    }

    it('is not over as long as nobody says why, nor that it was taken', async () => {
      const event = await told({});
      expect(event).toMatchObject({ endReason: undefined, reportKey: `lookup:${id}:ended:open` });
      expect(event).not.toHaveProperty('status');
    });

    it.each([
      ['began', { startedAt }],
      ['took time', { startedAt, endedAt }],
      ['had somebody speak', { artifact: talk }],
      ['had somebody speak, told in another place', talk],
    ])('although nobody says why, is completed where it %s', async (_what, call) => {
      const event = await told(call);
      expect(event).toMatchObject({ status: 'completed', endReason: undefined });
      expect(event.reportKey).not.toContain(':open');
    });

    it.each([
      ['customer-ended-call', {}, 'no_answer'],
      ['customer-ended-call', { startedAt: endedAt, endedAt }, 'no_answer'],
      ['customer-ended-call', { startedAt, endedAt }, 'completed'],
      ['hangup', {}, 'canceled'],
      ['hangup', { startedAt, endedAt }, 'completed'],
      ['some-new-word', {}, 'no_answer'],
      ['some-new-word', talk, 'completed'],
      ['worker-shutdown', {}, 'failed'],
      ['worker-shutdown', talk, 'completed'],
    ])('for %s, with %j, is %s', async (endedReason, call, status) => {
      expect(await told({ endedReason, ...call })).toMatchObject({ status, endReason: endedReason });
    });

    it('was not placed where its end says so', async () => {
      const event = await told({ endedReason: 'call.start.error-subscription-insufficient-credits' });
      expect(event).toMatchObject({ status: 'failed', notPlaced: { fault: 'account' } });
    });

    it('and was broken off, waits for what was said, but not for ever', async () => {
      const endedReason = 'pipeline-error-openai-llm-failed';
      const justNow = new Date().toISOString();
      const open = await told({ endedReason, startedAt, endedAt: justNow });
      expect(open.reportKey).toBe(`lookup:${id}:ended:${endedReason}:open`);
      expect(open).not.toHaveProperty('status');
      expect(await told({ endedReason, startedAt, endedAt: justNow, artifact: { messages: [] } })).toMatchObject({
        status: 'failed',
      });
      const longAgo = new Date(Date.now() - 120 * SECOND_MS).toISOString();
      const over = await told({ endedReason, startedAt, endedAt: longAgo });
      expect(over).toMatchObject({ status: 'failed', reportKey: `lookup:${id}:ended:${endedReason}` });
    });
  });

  it('is in a state that we do not know, which is no end', async () => {
    const id = '7420f27a-30fd-4f49-a995-5549ae7cc00d';
    const apiUrl = await answering(() => [200, JSON.stringify({ id, status: 'on-hold', cost: 1 })]);
    lab = await open({}, { apiUrl });
    const event = await found({ ...lab.request(0), providerCallId: id });
    expect(event).toMatchObject({ status: undefined, reportKey: `lookup:${id}:on-hold` });
  });
});
