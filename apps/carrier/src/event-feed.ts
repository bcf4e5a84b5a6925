import type { ServerResponse } from 'node:http';
import type { CallEvent } from '#rules/call/call-report.js';
import { encodeEvent } from '#telephony/carrier/carrier-wire.js';

const HEARTBEAT_MS = 1_000;

/** A listener that has not taken this much is not listening. */
const MOST_BUFFERED_BYTES = 1_048_576;

/**
 * Hands each event to one of those who listen, in turn. With nobody there it is lost: a carrier's network is no queue.
 */
export class EventFeed {
  private listeners: ServerResponse[] = [];
  private turn = 0;
  private readonly heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);

  add(listener: ServerResponse): void {
    listener.writeHead(200, { 'content-type': 'application/x-ndjson' });
    listener.write('\n');
    this.listeners.push(listener);
    listener.on('close', () => this.drop(listener));
  }

  send(event: CallEvent): void {
    const listener = this.listeners[this.turn++ % this.listeners.length];
    if (!listener) return;
    if (listener.writableLength > MOST_BUFFERED_BYTES) listener.destroy();
    else listener.write(`${encodeEvent(event)}\n`);
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const listener of this.listeners) listener.destroy();
  }

  private beat(): void {
    for (const listener of this.listeners) listener.write('\n');
  }

  private drop(listener: ServerResponse): void {
    this.listeners = this.listeners.filter((one) => one !== listener);
  }
}
