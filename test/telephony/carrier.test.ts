import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent } from '#telephony/carrier/carrier-wire.js';
import { RemoteSimulator } from '#telephony/carrier/remote-simulator.js';
import { requestNumber } from '#telephony/simulator/call/simulator.fixture.js';
import { makeCarrierLab } from './carrier/carrier-lab.js';
import { PAUSES_TOLD } from './pauses-told.js';
import { describeProviderContract } from './provider-contract.js';

describeProviderContract('The simulated carrier over HTTP', makeCarrierLab);

describe('What a carrier over HTTP says of pauses and ages', () => {
  let server: Server;

  afterEach(() => server?.close());

  it.each(PAUSES_TOLD)('429 with %j: to be asked again after %j seconds', async (headers, retryAfterSeconds) => {
    server = createServer((_request, response) => response.writeHead(429, headers).end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const provider = new RemoteSimulator(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const answer = await provider.placeCall(requestNumber(0), new AbortController().signal);
    expect(answer).toEqual({ kind: 'rejected', fault: 'throttle', code: 'HTTP 429', retryAfterSeconds });
  });

  it.each([
    [{ ageSeconds: 90, notPlaced: { fault: 'throttle', retryAfterSeconds: 7 } }, undefined],
    [
      { notPlaced: { fault: 'throttle', retryAfterSeconds: 999_999_999 } },
      { fault: 'throttle', retryAfterSeconds: 900 },
    ],
    [{ notPlaced: { fault: 'throttle', retryAfterSeconds: -1 } }, { fault: 'throttle' }],
    [{ notPlaced: { fault: 'throttle', retryAfterSeconds: 'x' } }, { fault: 'throttle' }],
  ])('%j in an event', (told, notPlaced) => {
    const event = { eventKey: 'k', dialerJobId: 'j', providerCallId: 'p', occurredAt: new Date(0), ...told };
    const read = decodeEvent(JSON.stringify(event));
    expect(read).toEqual({ ...event, ...(notPlaced && { notPlaced }) });
    expect(decodeEvent(encodeEvent(read!))).toEqual(read);
  });

  it.each([1e300, -1e9, '90', null])('an age of %j is not told', (ageSeconds) => {
    expect(decodeEvent(JSON.stringify({ eventKey: 'k', dialerJobId: 'j', ageSeconds }))).toEqual({
      eventKey: 'k',
      dialerJobId: 'j',
    });
  });
});
