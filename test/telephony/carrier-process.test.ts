import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '#config/config.js';
import type { CallReport } from '#rules/call/call-report.js';
import { RemoteSimulator } from '#telephony/carrier/remote-simulator.js';
import type { CallReference, PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { startCarrier, type RunningCarrier } from '../../apps/carrier/src/carrier-server.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

describe('The carrier as a process of its own', () => {
  let directory: string;
  let carrier: RunningCarrier;
  let provider: RemoteSimulator;
  let stops: (() => Promise<void>)[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outdial-carrier-'));
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops) await stop();
    await carrier.close();
    await rm(directory, { recursive: true });
  });

  async function start(environment: Record<string, string> = {}, port = '0'): Promise<void> {
    const { carrier: address, telephony } = readConfig({
      CARRIER_PORT: port,
      CARRIER_LOG: join(directory, 'carrier.log'),
      SIMULATOR_RING_SECONDS: '0.02',
      SIMULATOR_TALK_SECONDS: '0.02',
      ...environment,
    });
    carrier = await startCarrier(address, telephony.simulator);
    provider = new RemoteSimulator(carrier.url);
  }

  function listen(to = provider): CallReport[] {
    const events: CallReport[] = [];
    stops.push(to.stream((event) => events.push(event)));
    return events;
  }

  const entries = async () =>
    (await readFile(join(directory, 'carrier.log'), 'utf8'))
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((entry) => JSON.parse(entry) as Record<string, unknown>);
  const never = new AbortController().signal;

  it('takes a call, tells of it, and writes down what happened', async () => {
    await start();
    const events = listen();
    let n = 0;
    await until('somebody listens', async () => {
      await provider.placeCall(request(n++), never);
      return events.length > 0;
    });
    const { dialerJobId, providerCallId } = events[0]!;
    const ownEntries = async () => (await entries()).filter((entry) => entry['dialer_job_id'] === dialerJobId);
    await until('its end is told', async () =>
      events.some((one) => one.reportKey === 'ended' && one.dialerJobId === dialerJobId),
    );
    await until('the line is free', async () => (await ownEntries()).some(({ kind }) => kind === 'ended'));
    const own = await ownEntries();
    expect(own[0]).toMatchObject({ kind: 'create', verdict: 'taken', answer: 'accepted', call_id: providerCallId });
    expect(own.at(-1)).toMatchObject({ kind: 'ended' });
    expect(events.every((one) => one.occurredAt instanceof Date)).toBe(true);
  });

  it(
    'finds a call by our key and by its own id, and knows of others for certain once they could ' +
      'not begin any more',
    async () => {
      await start();
      const asked = request();
      const { providerCallId } = (await provider.placeCall(asked, never)) as { providerCallId: string };
      for (const id of [null, providerCallId]) {
        expect(await provider.lookUp({ ...asked, providerCallId: id })).toMatchObject({
          kind: 'found',
          report: { providerCallId },
        });
      }
      const other = { ...asked, dialerJobId: crypto.randomUUID(), providerCallId: null };
      expect(await provider.lookUp(other)).toEqual({ kind: 'not_found', isFinal: false });
      expect(await provider.lookUp({ ...other, placedAt: secondsAgo(16) })).toEqual({
        kind: 'not_found',
        isFinal: true,
      });
    },
  );

  it('lists the calls that it has made since a time', async () => {
    await start();
    const [first, second] = [request(), request(1)];
    await provider.placeCall(first, never);
    await provider.placeCall(second, never);
    expect(await provider.listCalls(secondsAgo(60))).toMatchObject({
      kind: 'listed',
      calls: [first, second].map(({ to, dialerJobId }) => ({ to, dialerJobId })),
    });
    expect(await provider.listCalls(secondsAgo(-60))).toEqual({ kind: 'listed', calls: [] });
    const nowhere = new RemoteSimulator('http://127.0.0.1:9');
    expect((await nowhere.listCalls(secondsAgo(60))).kind).toBe('unavailable');
  });

  it('lets nothing ring for a request that comes too late', async () => {
    await start();
    expect(await provider.placeCall({ ...request(), placedAt: secondsAgo(16) }, never)).toMatchObject({
      kind: 'rejected',
      fault: 'throttle',
      code: 'too_late',
    });
    expect(await entries()).toMatchObject([{ kind: 'create', verdict: 'too_late', call_id: null }]);
  });

  it('rings twice when it is asked twice, and says so', async () => {
    await start();
    const asked = request();
    await provider.placeCall(asked, never);
    await provider.placeCall(asked, never);
    const creates = (await entries()).filter(({ kind }) => kind === 'create');
    expect(creates).toHaveLength(2);
    expect(new Set(creates.map(({ call_id }) => call_id)).size).toBe(2);
  });

  it.each([
    ['lost=1', { kind: 'unknown' }, 'taken'],
    ['503=1', { kind: 'unknown', cause: 'HTTP 503' }, 'taken'],
    [
      '429=1',
      { kind: 'rejected', fault: 'throttle', code: 'too_many_requests', retryAfterSeconds: expect.any(Number) },
      'throttled',
    ],
  ])('with %s answers as such a carrier does', async (faults, answer, verdict) => {
    await start({ SIMULATOR_FAULTS: faults });
    const asked = request();
    expect(await provider.placeCall(asked, never)).toMatchObject(answer);
    expect((await entries())[0]).toMatchObject({ kind: 'create', verdict });
    const found = await provider.lookUp({ ...asked, providerCallId: null });
    expect(found.kind).toBe(verdict === 'taken' ? 'found' : 'not_found');
  });

  it('hangs until we give up', async () => {
    await start({ SIMULATOR_FAULTS: 'hang=1' });
    expect(await provider.placeCall(request(), AbortSignal.timeout(50))).toMatchObject({ kind: 'unknown' });
  });

  it('tells of a call before it answers the request for it', async () => {
    await start({ SIMULATOR_FAULTS: 'early=1' });
    const events = listen();
    let n = 0;
    await until('an event has come before its answer', async () => {
      const asked = request(n++);
      const answered = provider
        .placeCall(asked, never)
        .then(() => events.some((one) => one.dialerJobId === asked.dialerJobId));
      return answered;
    });
  });

  it('hangs a call up', async () => {
    await start({ SIMULATOR_RING_SECONDS: '30', SIMULATOR_TALK_SECONDS: '30' });
    const call: CallReference = { ...request(), providerCallId: null };
    await provider.placeCall({ ...request(), ...call }, never);
    expect(await provider.hangup(call)).toBe('hung_up');
    expect(await provider.hangup(call)).toBe('already_ended');
    expect(await provider.hangup({ ...call, dialerJobId: crypto.randomUUID() })).toBe('not_found');
    expect((await entries()).map(({ kind }) => kind)).toContain('ended');
  });

  it('is heard again after it was away, and shares its events out among those who listen', async () => {
    await start();
    const first = listen();
    const second = listen();
    const { port } = new URL(carrier.url);
    await carrier.close();
    await start({}, port);
    let n = 0;
    await until('both hear of something', async () => {
      await provider.placeCall(request(n++), never);
      return first.length > 0 && second.length > 0;
    });
    const keys = [...first, ...second].map((one) => `${one.dialerJobId} ${one.reportKey}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([307, 421, 502])('is asked once, also when it answers %i', async (status) => {
    await start();
    let asked = 0;
    const server = createServer((incoming, response) => {
      asked += 1;
      incoming.resume();
      response.writeHead(status, { location: '/calls' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => void server.close());
    const odd = new RemoteSimulator(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await odd.placeCall(request(), never)).toEqual({ kind: 'unknown', cause: `HTTP ${status}` });
    expect(asked).toBe(1);
  });

  it('that is not there was certainly not asked', async () => {
    await start();
    const gone = new RemoteSimulator(`http://127.0.0.1:${await freePort()}`);
    expect(await gone.placeCall(request(), never)).toMatchObject({ kind: 'rejected', code: 'carrier_unreachable' });
    expect(await gone.lookUp({ ...request(), providerCallId: null })).toMatchObject({ kind: 'unavailable' });
    expect(await gone.hangup({ ...request(), providerCallId: null })).toBe('unavailable');
  });
});

/** The dialer job decides what becomes of a call: the carrier accepts number 0. */
function request(n = 0): PlaceCallRequest {
  return {
    dialerJobId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    to: '+442079460123',
    from: null,
    webhookUrl: null,
    agent: { systemPrompt: 'Ask.', voiceId: 'aria', firstMessage: null, firstWords: null, language: null },
    person: { firstName: 'Ada', lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: new Date(),
  };
}

function secondsAgo(seconds: number): Date {
  return new Date(Date.now() - seconds * 1000);
}
