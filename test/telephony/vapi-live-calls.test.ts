import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readRecording } from '#telephony/port/opened-recording.fixture.js';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import { VapiProvider } from '#telephony/vapi/vapi-provider.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER } from '#telephony/vapi/vapi-settings.js';
import type { CallStep } from './provider-lab.js';
import type { FakeVapiOptions } from './vapi/fake-vapi-options.js';
import { ACCOUNT, makeVapiLab, type VapiLab } from './vapi/vapi-lab.js';

const TALK: readonly CallStep[] = ['ring', 'answer', 'complete'];

describe('Vapi', () => {
  let lab: VapiLab;
  const servers: Server[] = [];
  const never = new AbortController().signal;

  afterEach(async () => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    await lab.close();
  });

  /**
   * Starts another server on this machine.
   * @returns its address, and the requests that it received.
   */
  async function stranger(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  async function placed(options: Partial<FakeVapiOptions>, steps: readonly CallStep[]): Promise<CallReference> {
    lab = await makeVapiLab(options);
    const request = lab.request(0);
    const result = await lab.provider.placeCall(request, never);
    for (const step of steps) await lab.step(request.dialerJobId, step);
    return { ...request, providerCallId: result.kind === 'accepted' ? result.providerCallId : null };
  }

  describe('is told to hang up', () => {
    it('at the address that came with the call, and nowhere else', async () => {
      const call = await placed({}, ['ring', 'answer']);
      lab.fake.requests.length = 0;
      expect(await lab.provider.hangup(call)).toBe('hung_up');
      const id = call.providerCallId;
      expect(lab.fake.requests).toEqual([`GET /call/${id}`, `POST /control/${id}`]);
    });

    it.each([
      ['in our own network', 'https://10.0.0.1/control'],
      ['in the clear', 'http://control.example/control'],
      ['that is none', 'control'],
      ['that is of no web', 'ftp://control.example/control'],
      ['that nobody has', 'https://nobody.invalid/control'],
    ])('at an address %s, does not', async (_where, controlUrl) => {
      const call = await placed({ controlUrl: () => controlUrl }, ['ring', 'answer']);
      expect(await lab.provider.hangup(call)).toBe('unavailable');
      expect(lab.isLive(call.dialerJobId)).toBe(true);
    });

    it('on this machine, where the API is elsewhere, asks nobody', async () => {
      const { url, asked } = await stranger((_request, response) => response.end('{}'));
      const call = await placed({ controlUrl: () => `${url}/control` }, ['ring', 'answer']);
      const apiUrl = lab.fake.url.replace('127.0.0.1', 'vapi.invalid');
      const settings = { ...ACCOUNT, apiUrl, model: VAPI_MODEL, voiceProvider: VAPI_VOICE_PROVIDER };
      expect(await new VapiProvider(settings).hangup(call)).toBe('unavailable');
      expect(asked).toEqual([]);
    });

    it('without our key, and no further than the address says', async () => {
      const { url, asked } = await stranger((_request, response) => {
        response.writeHead(307, { location: `${lab.fake.url}/control/x` }).end();
      });
      const call = await placed({ controlUrl: () => `${url}/control` }, ['ring', 'answer']);
      expect(await lab.provider.hangup(call)).toBe('unavailable');
      expect(asked).toEqual(['POST /control undefined']);
    });

    it.each<CallStep[][]>([[[]], [['ring']]])(
      'a call that cannot be controlled yet (after %j), is asked again',
      async (steps) => {
        const call = await placed({ isControlledOnceAnswered: true }, steps);
        expect(await lab.provider.hangup(call)).toBe('unavailable');
        expect(await lab.provider.hangup(call)).toBe('unavailable');
        expect(lab.isLive(call.dialerJobId)).toBe(true);
        expect((await lab.provider.lookUp(call)).kind).toBe('found');
        await lab.step(call.dialerJobId, 'answer');
        expect(await lab.provider.hangup(call)).toBe('hung_up');
        expect(lab.isLive(call.dialerJobId)).toBe(false);
        expect(lab.fake.requests.filter((one) => one.startsWith('DELETE'))).toEqual([]);
      },
    );

    it('a call that ends at that moment, says so', async () => {
      const { url } = await stranger((_request, response) => {
        for (const call of lab.fake.calls.values()) call.end('customer-ended-call');
        response.writeHead(404).end();
      });
      const call = await placed({ controlUrl: () => `${url}/control` }, ['ring', 'answer']);
      expect(await lab.provider.hangup(call)).toBe('already_ended');
    });
  });

  describe('is asked for a recording', () => {
    const recordingOf = async (call: CallReference) => {
      const lookup = await lab.provider.lookUp(call);
      return lookup.kind === 'found' ? (lookup.report.recordingUrl ?? '') : '';
    };

    it('by where the API says that it is, which is not told our key', async () => {
      const call = await placed({}, TALK);
      const recordingUrl = await recordingOf(call);
      lab.fake.requests.length = 0;
      const recording = await readRecording(await lab.provider.openRecording(recordingUrl));
      expect(recording.contentType).toBe('audio/wav');
      expect(recording.content.subarray(0, 4).toString()).toBe('RIFF');
      const id = call.providerCallId;
      expect(lab.fake.requests).toEqual([`GET /call/${id}/mono-recording`, `GET /store/${id}.wav?signature=1`]);
    });

    it('that the organisation keeps itself', async () => {
      const call = await placed({ hasOwnStore: true }, TALK);
      const recording = await readRecording(await lab.provider.openRecording(await recordingOf(call)));
      expect(recording.contentType).toBe('audio/wav');
    });

    it('of a call that has none', async () => {
      const call = await placed({}, ['ring', 'no_answer']);
      expect(await recordingOf(call)).toBe('');
      const url = `${lab.fake.url}/call/${call.providerCallId}/mono-recording`;
      expect(await lab.provider.openRecording(url)).toBe('gone');
    });

    it('at another address, asks there without our key, wherever it leads', async () => {
      const { url, asked } = await stranger((request, response) => {
        if (request.url === '/first') response.writeHead(302, { location: '/second' }).end();
        else response.writeHead(200, { 'content-type': 'audio/mpeg' }).end('sound');
      });
      await placed({}, []);
      expect(await readRecording(await lab.provider.openRecording(`${url}/first`))).toEqual({
        contentType: 'audio/mpeg',
        content: Buffer.from('sound'),
      });
      expect(asked).toEqual(['GET /first undefined', 'GET /second undefined']);
    });

    it.each(['https://10.0.0.1/1.wav', 'http://169.254.169.254/latest', 'file:///etc/passwd', '/round'])(
      'that leads to %s, follows no further',
      async (location) => {
        const { url, asked } = await stranger((_request, response) => response.writeHead(302, { location }).end());
        await placed({}, []);
        expect(await lab.provider.openRecording(`${url}/round`)).toBe('unavailable');
        expect(asked.length).toBe(location === '/round' ? 4 : 1);
      },
    );

    it.each(['/call/7420f27a-30fd-4f49-a995-5549ae7cc00d/mono-recording?x', '/call/x/mono-recording', '/phone-number'])(
      'at %s, does not take it for one of its own',
      async (path) => {
        await placed({}, []);
        lab.fake.requests.length = 0;
        expect(await lab.provider.openRecording(lab.fake.url + path)).toBe('unavailable');
        expect(lab.fake.requests).toEqual([`GET ${path}`]);
      },
    );
  });
});
