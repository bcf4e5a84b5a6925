import { describe, expect, it } from 'vitest';
import { ProtocolCounts } from './protocol-counts.js';

function message(type: string, content = ''): Buffer {
  const body = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const STARTUP = message('', 'protocol and user');
const READY = message('Z', 'I');
const DONE = message('C', 'SELECT 1');

/** A connection whose login is over. */
function loggedIn(): ProtocolCounts {
  const counts = new ProtocolCounts();
  counts.sent(STARTUP);
  counts.sent(message('p', 'password'));
  counts.received(Buffer.concat([message('R', 'ok'), READY]));
  return counts;
}

describe('the counts of a connection', () => {
  it('do not count the login', () => {
    expect(loggedIn()).toMatchObject({ roundTrips: 0, statements: 0 });
  });

  it('count one round trip for the messages of a prepared statement', () => {
    const counts = loggedIn();
    counts.sent(Buffer.concat([message('B', 'Q S'), message('E'), message('S')]));
    counts.received(Buffer.concat([message('2'), message('D', 'Z C'), DONE, READY]));
    expect(counts).toMatchObject({ roundTrips: 1, statements: 1 });
  });

  it('count every statement of a query that holds several', () => {
    const counts = loggedIn();
    counts.sent(message('Q', 'BEGIN; SET LOCAL lock_timeout = 50'));
    counts.received(Buffer.concat([DONE, DONE, READY]));
    expect(counts).toMatchObject({ roundTrips: 1, statements: 2 });
  });

  it('count pipelined statements as one round trip, and those after the answer as another', () => {
    const counts = loggedIn();
    counts.sent(Buffer.concat([message('Q', 'one'), message('Q', 'two')]));
    counts.received(Buffer.concat([DONE, READY]));
    counts.sent(message('Q', 'three'));
    counts.received(Buffer.concat([DONE, READY, DONE, READY]));
    counts.sent(message('Q', 'four'));
    expect(counts).toMatchObject({ roundTrips: 2, statements: 3 });
  });

  it('are the same wherever the stream is cut', () => {
    const counts = new ProtocolCounts();
    const send = (bytes: Buffer) => bytes.forEach((byte) => counts.sent(Buffer.from([byte])));
    const receive = (bytes: Buffer) => bytes.forEach((byte) => counts.received(Buffer.from([byte])));
    send(STARTUP);
    receive(READY);
    send(Buffer.concat([message('P', 'SELECT'), message('S')]));
    receive(Buffer.concat([message('D', 'a row'), DONE, READY]));
    send(message('Q', 'COMMIT'));
    receive(Buffer.concat([DONE, READY]));
    expect(counts).toMatchObject({ roundTrips: 2, statements: 2 });
  });
});
