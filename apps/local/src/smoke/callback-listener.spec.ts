import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FAULTS } from '#config/simulator-faults.js';
import { SimulatorProvider } from '#telephony/simulator/simulator-provider.js';
import type { CallbackReading, CallbackRequest, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { listenForCallbacks, type CallbackListener } from './callback-listener.js';

const PATH = '/api/v1/telephony/odd/callbacks/job-1';
const MIB = 1024 * 1024;

describe('The listener of a smoke call', () => {
  let listener: CallbackListener;
  let reading: CallbackReading;
  const asked: CallbackRequest[] = [];
  const told: CallbackReading[] = [];

  beforeEach(async () => {
    asked.length = told.length = 0;
    reading = { kind: 'events', events: [] };
    const simulator = new SimulatorProvider({
      ringSeconds: 0,
      talkSeconds: 0,
      seed: 's',
      faults: NO_FAULTS,
      url: null,
    });
    const provider: TelephonyProvider = {
      name: 'odd',
      capabilities: simulator.capabilities,
      placeCall: (request, signal) => simulator.placeCall(request, signal),
      hangup: (call) => simulator.hangup(call),
      lookUp: (call) => simulator.lookUp(call),
      openRecording: (url) => simulator.openRecording(url),
      readCallback: (callback) => {
        asked.push(callback);
        return reading;
      },
    };
    listener = await listenForCallbacks({
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://dialer.example/prefix',
      provider,
      dialerJobId: 'job-1',
      onReading: (one) => told.push(one),
      probe: { question: 'who is there?', answer: 'we are' },
    });
  });
  afterEach(() => listener.close());

  const post = async (path: string, body: string, method = 'POST') => {
    const headers = { 'x-signature': 'signed' };
    const order = { method, headers, ...(method === 'POST' ? { body } : {}) };
    return (await fetch(`http://127.0.0.1:${listener.port}${path}`, order)).status;
  };

  it('hands on what came, as it came, under the address at which it was seen', async () => {
    expect(await post(`${PATH}?by=odd%20one`, 'a=1&b= ')).toBe(204);
    expect(asked).toMatchObject([
      {
        dialerJobId: 'job-1',
        url: `https://dialer.example/prefix${PATH}?by=odd%20one`,
        headers: { 'x-signature': 'signed' },
        body: Buffer.from('a=1&b= '),
      },
    ]);
    expect(told).toEqual([reading]);
  });

  it.each([
    ['forged', 403],
    ['unreadable', 204],
  ] as const)('answers to what is %s with %i', async (kind, status) => {
    reading = kind === 'forged' ? { kind } : { kind, cause: 'odd' };
    expect(await post(PATH, '')).toBe(status);
    expect(told).toEqual([reading]);
  });

  it.each([
    ['/', 'POST'],
    [`${PATH}0`, 'POST'],
    ['/api/v1/telephony/other/callbacks/job-1', 'POST'],
    [PATH, 'GET'],
  ])('has nothing at %s for %s', async (path, method) => {
    expect(await post(path, '', method)).toBe(404);
    expect(asked).toEqual([]);
  });

  it('answers to what is asked in place of a callback, where these come, and nowhere else', async () => {
    const ask = async (path: string, body: string) => {
      const answer = await fetch(`http://127.0.0.1:${listener.port}${path}`, { method: 'POST', body });
      return [answer.status, await answer.text()];
    };
    expect(await ask(PATH, 'who is there?')).toEqual([200, 'we are']);
    expect(await ask(`${PATH}0`, 'who is there?')).toEqual([404, '']);
    expect([asked, told]).toEqual([[], []]);
    expect(await ask(PATH, 'who is there? ')).toEqual([204, '']);
    expect(asked).toHaveLength(1);
  });

  it('takes 5 MiB and no more', async () => {
    expect(await post(PATH, 'x'.repeat(5 * MIB))).toBe(204);
    expect(await post(PATH, 'x'.repeat(5 * MIB + 1))).toBe(413);
    expect(told).toHaveLength(1);
  });
});
