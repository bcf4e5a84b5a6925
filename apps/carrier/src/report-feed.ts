import type { ServerResponse } from 'node:http';
import type { CallReport } from '#rules/call/call-report.js';
import { encodeReport } from '#telephony/carrier/carrier-wire.js';

const HEARTBEAT_MS = 1_000;

/** Unread bytes beyond which a listener counts as gone. */
const MOST_BUFFERED_BYTES = 1_048_576;

/** Sends each report to one listener, in turn. Without a listener the report is lost, as in a real network. */
export class ReportFeed {
  private listeners: ServerResponse[] = [];
  private turn = 0;
  private readonly heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);

  add(listener: ServerResponse): void {
    listener.writeHead(200, { 'content-type': 'application/x-ndjson' });
    listener.write('\n');
    this.listeners.push(listener);
    listener.on('close', () => this.drop(listener));
  }

  send(report: CallReport): void {
    const listener = this.listeners[this.turn++ % this.listeners.length];
    if (!listener) return;
    if (listener.writableLength > MOST_BUFFERED_BYTES) listener.destroy();
    else listener.write(`${encodeReport(report)}\n`);
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
