import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readRecording } from '../port/opened-recording.fixture.js';
import type { CallRecording } from '../port/telephony-provider.js';
import { openExchange } from './http-exchange.js';
import { openHttpRecording, recordingIn } from './http-recording.js';

const MEGABYTE = 1_000_000;

describe('A recording that is fetched', () => {
  let server: Server;
  let url: URL;
  let answer: (response: ServerResponse) => unknown;

  beforeEach(async () => {
    server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    vi.useRealTimers();
    server.close().closeAllConnections();
  });

  const fetchRecording = (limits: Parameters<typeof openHttpRecording>[1] = {}) =>
    openHttpRecording((signal) => openExchange(url, { method: 'GET', signal }), limits);
  const opened = async (...args: Parameters<typeof fetchRecording>): Promise<CallRecording> => {
    const recording = await fetchRecording(...args);
    if (typeof recording === 'string') throw new Error(recording);
    return recording;
  };

  it('is passed on with its type and its length, where they are told', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': 5 }).end('sound');
    expect(await opened()).toMatchObject({ contentType: 'audio/mpeg', length: 5 });
    expect(await readRecording(await opened())).toEqual({ contentType: 'audio/mpeg', content: Buffer.from('sound') });
    answer = (response) => {
      response.write('so');
      response.end('und');
    };
    expect(await opened()).toMatchObject({ contentType: 'application/octet-stream', length: null });
  });

  it('is not taken in faster than it is passed on', async () => {
    let sent = 0;
    answer = async (response) => {
      for (; sent < 100 * MEGABYTE; sent += MEGABYTE)
        if (!response.write(Buffer.alloc(MEGABYTE))) await once(response, 'drain');
      response.end();
    };
    const { content } = await opened();
    let read = 0;
    let farthest = 0;
    for await (const piece of content as AsyncIterable<Buffer>) {
      farthest = Math.max(farthest, sent - read);
      read += piece.length;
    }
    expect(read).toBe(100 * MEGABYTE);
    expect(farthest).toBeLessThan(50 * MEGABYTE);
  });

  it('fails where the other side breaks off', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    };
    await expect(buffer((await opened()).content)).rejects.toThrow('aborted');
  });

  it('fails when nothing comes for too long', async () => {
    answer = (response) => response.write('half');
    const { content } = await opened({ silenceTimeoutMs: 50 });
    await expect(buffer(content)).rejects.toThrow('nothing for 50 ms');
  });

  it('may be listened to as slowly as one likes', async () => {
    answer = (response) => response.end(Buffer.alloc(20 * MEGABYTE));
    const { content } = await opened({ silenceTimeoutMs: 2_000 });
    await pause(3_000);
    expect((await buffer(content)).length).toBe(20 * MEGABYTE);
  });

  it('may be empty', async () => {
    answer = (response) => response.writeHead(200, { 'content-length': 0 }).end();
    expect((await readRecording(await opened())).content).toHaveLength(0);
    answer = (response) => response.end();
    expect((await readRecording(await opened())).content).toHaveLength(0);
  });

  it.each(['text/html', 'image/svg+xml', ''])('told to be %j is not passed on as that', async (contentType) => {
    answer = (response) => response.writeHead(200, { 'content-type': contentType }).end('sound');
    expect((await readRecording(await opened())).contentType).toBe('application/octet-stream');
  });

  it('is unavailable where nothing follows its head', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 10 }).flushHeaders();
      response.socket?.end();
    };
    expect(await fetchRecording()).toBe('unavailable');
    answer = (response) => response.writeHead(200, { 'content-length': 10 }).flushHeaders();
    expect(await fetchRecording({ silenceTimeoutMs: 50 })).toBe('unavailable');
    expect(await fetchRecording({ openingTimeoutMs: 50 })).toBe('unavailable');
  });

  it('may take longer to come than it may take to begin', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let finish = (): void => undefined;
    answer = (response) => {
      response.write('half');
      finish = () => response.end();
    };
    const { content } = await opened();
    vi.advanceTimersByTime(3_600_000);
    finish();
    expect((await buffer(content)).toString()).toBe('half');
  });

  it('is unavailable when nobody answers, or nobody is there', async () => {
    answer = () => undefined;
    expect(await fetchRecording({ openingTimeoutMs: 50 })).toBe('unavailable');
    server.close().closeAllConnections();
    expect(await fetchRecording()).toBe('unavailable');
  });

  it('that is none keeps no connection', async () => {
    answer = (response) => response.writeHead(404).write('and so on');
    const given = openHttpRecording(async (signal) => recordingIn(await openExchange(url, { method: 'GET', signal })));
    const [socket] = (await once(server, 'connection')) as [Socket];
    expect(await given).toBe('gone');
    if (!socket.destroyed) await once(socket, 'close');
  });
});
