import { connect, type Socket } from 'node:net';
import { until } from './until.js';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Connection over which a test may send any bytes. */
export class RawConnection {
  private text = '';
  /** True once the server has said that nothing more will come. */
  hasEnded = false;
  /** Resolves once the connection is closed, with how it was closed. */
  readonly closed: Promise<'in order' | 'reset'>;
  private readonly socket: Socket;

  constructor(origin: string, allowHalfOpen = false) {
    const { hostname, port } = new URL(origin);
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen });
    this.socket.on('data', (chunk: Buffer) => (this.text += chunk.toString('latin1')));
    this.socket.on('end', () => (this.hasEnded = true));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.once('close', () => resolve(this.hasEnded ? 'in order' : 'reset')),
    );
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Sends a request line, headers (host among them) and the blank line. */
  ask(line: string, headers: Readonly<Record<string, string>> = {}): this {
    const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  get received(): string {
    return this.text;
  }

  /** The first answer, once it is there whole. */
  async answer(): Promise<RawAnswer> {
    let answer: RawAnswer | undefined;
    await until('an answer', async () => (answer = parse(this.text)) !== undefined);
    return answer!;
  }
}

function parse(text: string): RawAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Headers(lines.map((one) => one.split(/: ?(.*)/s, 2) as [string, string]));
  const length = Number(headers.get('content-length') ?? '0');
  const body = text.slice(end + 4, end + 4 + length);
  return body.length < length ? undefined : { status: Number(line.split(' ')[1]), headers, body };
}
