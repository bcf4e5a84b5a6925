import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallEvent } from '#rules/call/call-report.js';
import { readRecording } from '#telephony/port/opened-recording.fixture.js';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import type { CallStep } from './provider-lab.js';
import { factsOf, withoutRepeats } from './contract/heard.js';
import type { FakeTwilioOptions } from './twilio/fake-twilio-options.js';
import { makeTwilioLab, type TwilioLab } from './twilio/twilio-lab.js';

const TALK: readonly CallStep[] = ['ring', 'answer', 'complete'];
const SECOND_MS = 1000;

describe('A call of Twilio that is looked up', () => {
  const never = new AbortController().signal;
  let nowMs: number;
  let lab: TwilioLab;
  const servers: Server[] = [];

  beforeEach(() => {
    nowMs = Date.UTC(2026, 10, 2, 10);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    await lab.close();
  });

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

  async function start(options: Partial<FakeTwilioOptions> = {}): Promise<void> {
    lab = await makeTwilioLab({ now: () => new Date(nowMs), ...options });
  }
  const pass = (seconds: number) => (nowMs += seconds * SECOND_MS);

  /** Places the nth call to the number of the first one. */
  async function place(n = 0): Promise<CallReference> {
    const { to } = lab.request(0);
    const request = { ...lab.request(n), to, placedAt: new Date(nowMs) };
    const result = await lab.provider.placeCall(request, never);
    return { ...request, providerCallId: result.kind === 'accepted' ? result.providerCallId : null };
  }
  const byKey = (call: CallReference): CallReference => ({ ...call, providerCallId: null });
  async function found(call: CallReference): Promise<CallEvent> {
    const lookup = await lab.provider.lookUp(call);
    if (lookup.kind !== 'found') throw new Error(JSON.stringify(lookup));
    return lookup.event;
  }

  it('may not be there yet, which is never the last word', async () => {
    await start({ visibleAfterMs: 3 * SECOND_MS });
    const call = await place();
    for (const asked of [call, byKey(call)]) {
      expect(await lab.provider.lookUp(asked)).toEqual({ kind: 'not_found', isFinal: false });
    }
    pass(3);
    for (const asked of [call, byKey(call)]) expect((await found(asked)).providerCallId).toBe(call.providerCallId);
    pass(3600);
    expect((await found(byKey(call))).providerCallId).toBe(call.providerCallId);
  });

  it('has a price later than its end, and a recording: another event, which adds to the facts', async () => {
    await start({ pricedAfterMs: 40 * SECOND_MS });
    const call = await place();
    for (const step of TALK) {
      pass(10);
      await lab.step(call.dialerJobId, step);
    }
    const atTheEnd = await found(call);
    expect(atTheEnd).toMatchObject({ status: 'completed', durationSeconds: 10, cost: undefined });
    pass(lab.provider.capabilities.lateFactsSeconds[0] ?? 0);
    const later = await found(call);
    expect(factsOf(withoutRepeats([atTheEnd, later]))).toMatchObject({
      cost: '0.01400',
      durationSeconds: 10,
      endedAt: new Date(Date.UTC(2026, 10, 2, 10, 0, 30)),
      recordingUrl: expect.stringMatching(/\/Recordings\/RE[0-9a-f]{32}$/),
    });
    const recording = await readRecording(await lab.provider.openRecording(later.recordingUrl ?? ''));
    expect(recording).toMatchObject({ contentType: 'audio/x-wav' });
    const elsewhere = new URL(new URL(later.recordingUrl ?? '').pathname, 'https://api.twilio.com').href;
    expect(await readRecording(await lab.provider.openRecording(elsewhere))).toEqual(recording);
  });

  it('is asked for no recording while it lasts, or where none was made', async () => {
    await start();
    const call = await place();
    await lab.step(call.dialerJobId, 'ring');
    await found(call);
    await lab.step(call.dialerJobId, 'busy');
    await found(call);
    expect(lab.fake.requests.filter((one) => one.includes('Recordings'))).toEqual([]);
  });

  it('is told although its recordings cannot be', async () => {
    const sid = `CA${'0'.repeat(32)}`;
    const ended = { sid, status: 'completed', duration: '10' };
    const apiUrl = await answering((path) =>
      path.includes('Recordings') ? [503, '{}'] : [200, JSON.stringify(ended)],
    );
    lab = await makeTwilioLab({}, { apiUrl });
    const told = await found({ ...lab.request(0), providerCallId: sid });
    expect(told).toMatchObject({ status: 'completed', durationSeconds: 10, recordingUrl: undefined });
  });

  it('is the earliest of those that can be meant', async () => {
    await start();
    const first = await place();
    pass(4);
    await place(1);
    expect((await found(byKey(first))).providerCallId).toBe(first.providerCallId);
  });

  it.each([
    [-6, false],
    [-5, true],
    [0, true],
    [20, true],
    [21, false],
  ])('is ours if it was created %i seconds after we asked: %s', async (seconds, isOurs) => {
    await start();
    const call = await place();
    const placedAt = new Date(nowMs - seconds * SECOND_MS);
    expect((await lab.provider.lookUp({ ...byKey(call), placedAt })).kind).toBe(isOurs ? 'found' : 'not_found');
  });

  it('is not one to or from another number; where ours is not known, any will do', async () => {
    await start();
    const call = byKey(await place());
    expect((await lab.provider.lookUp({ ...call, to: '+442079460199' })).kind).toBe('not_found');
    expect((await lab.provider.lookUp({ ...call, from: '+442079460199' })).kind).toBe('not_found');
    expect((await lab.provider.lookUp({ ...call, from: null })).kind).toBe('found');
  });

  it('is one that the API placed, whatever else stands in the list', async () => {
    const date_created = new Date().toUTCString().replace('GMT', '+0000');
    const row = (digit: string, direction: string) => ({ sid: `CA${digit.repeat(32)}`, direction, date_created });
    const calls = [row('1', 'inbound'), row('2', 'outbound-dial'), {}, null, { sid: 'CA' }, row('3', 'outbound-api')];
    lab = await makeTwilioLab({}, { apiUrl: await answering(() => [200, JSON.stringify({ calls })]) });
    const { providerCallId } = await found({ ...lab.request(0), providerCallId: null });
    expect(providerCallId).toBe(`CA${'3'.repeat(32)}`);
  });

  it('is found behind hundreds of later calls to the same number', async () => {
    await start();
    const first = await place();
    pass(60);
    for (let n = 1; n <= 450; n++) await place(n);
    lab.fake.requests.length = 0;
    expect((await found(byKey(first))).providerCallId).toBe(first.providerCallId);
    expect(lab.fake.requests).toHaveLength(3);
  });

  it.each([
    ['an outage', 503, '{}'],
    ['wrong credentials', 401, '{"code":20003}'],
    ['too many requests', 429, '{"code":20429}'],
    ['no JSON', 200, '<html>'],
    ['JSON of another kind', 200, '[]'],
    ['a page elsewhere', 200, '{"calls":[],"next_page_uri":"http://127.0.0.1:1/2010-04-01/next"}'],
    ['pages without end', 200, '{"calls":[],"next_page_uri":"/2010-04-01/again"}'],
  ])('is not known to be none because of %s', async (_what, status, body) => {
    const apiUrl = await answering(() => [status, body]);
    lab = await makeTwilioLab({}, { apiUrl });
    const call = { ...lab.request(0), providerCallId: null };
    expect((await lab.provider.lookUp(call)).kind).toBe('unavailable');
    expect(await lab.provider.hangup(call)).toBe('unavailable');
  });
});
