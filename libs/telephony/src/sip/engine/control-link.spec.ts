import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlLink, type EngineEvent } from './control-link.js';
import { encodeNetstring, NetstringReader } from './netstring.js';

interface Asked {
  readonly command: string;
  readonly token: string;
}

describe('A control link', () => {
  let server: Server;
  let engine: Socket;
  let link: ControlLink;
  const asked: Asked[] = [];
  const events: EngineEvent[] = [];

  const say = (message: object) => engine.write(encodeNetstring(JSON.stringify(message)));
  const answer = ({ token, command }: Asked) => say({ response: true, ok: true, data: `${command} done`, token });
  const arrived = async (count: number) => {
    while (asked.length < count) await new Promise(setImmediate);
  };

  beforeEach(async () => {
    asked.length = 0;
    events.length = 0;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    link = await ControlLink.open((server.address() as AddressInfo).port, (event) => events.push(event));
    [engine] = (await accepted) as [Socket];
    const reader = new NetstringReader();
    engine.on('data', (chunk) => asked.push(...reader.push(chunk).map((text) => JSON.parse(text) as Asked)));
  });

  afterEach(() => {
    link.close();
    engine.destroy();
    server.close();
  });

  it('sends a group when the one before is answered, whole', async () => {
    const first = link.run([{ command: 'uafind' }, { command: 'dial', params: 'sip:a@b' }]);
    const second = link.run([{ command: 'uuid' }]);
    await arrived(2);
    for (const one of asked.slice(0, 2).toReversed()) answer(one);
    const done = {
      kind: 'answered',
      answers: [
        { ok: true, data: 'uafind done' },
        { ok: true, data: 'dial done' },
      ],
    };
    expect(await first).toEqual(done);
    await arrived(3);
    expect(asked.map(({ command }) => command)).toEqual(['uafind', 'dial', 'uuid']);
    for (const one of asked.slice(2)) answer(one);
    expect((await second).kind).toBe('answered');
  });

  it('does not send what nobody wants any more when its turn comes', async () => {
    let isWanted = true;
    const first = link.run([{ command: 'uuid' }]);
    const second = link.run([{ command: 'dial' }], () => isWanted);
    await arrived(1);
    isWanted = false;
    for (const one of asked) answer(one);
    expect((await first).kind).toBe('answered');
    expect(await second).toEqual({ kind: 'not_sent' });
    expect(asked).toHaveLength(1);
  });

  it('knows what was asked before it was lost from what was not', async () => {
    const first = link.run([{ command: 'dial' }]);
    const second = link.run([{ command: 'dial' }]);
    await arrived(1);
    engine.destroy();
    expect([await first, await second]).toEqual([{ kind: 'unanswered' }, { kind: 'not_sent' }]);
    await link.closed;
  });

  it('hears events, and does not hear what is no JSON', async () => {
    engine.write(encodeNetstring('{"event":true,"type":"CALL_INCOMING","peeruri":"\u0001broken'));
    say({ event: true, type: 'CALL_RINGING', id: 'a1', peeruri: 'sip:a@b' });
    const exchange = link.run([{ command: 'uuid' }]);
    await arrived(1);
    for (const one of asked) answer(one);
    await exchange;
    expect(events).toEqual([{ type: 'CALL_RINGING', id: 'a1', peeruri: 'sip:a@b' }]);
  });

  it('is closed by what is no netstring', async () => {
    engine.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    await link.closed;
  });
});
