import { connect, type Socket } from 'node:net';
import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { encodeNetstring, NetstringReader } from './netstring.js';

export interface ControlCommand {
  readonly command: string;
  readonly params?: string;
}

export interface ControlAnswer {
  readonly ok: boolean;
  readonly data: string;
}

/** Message that the engine sends about a call by itself. */
export interface EngineEvent {
  readonly type: string;
  readonly direction?: 'incoming' | 'outgoing';
  /** Address of our account. */
  readonly accountaor?: string;
  readonly peeruri?: string;
  /** SIP Call-ID; absent in the first event of a call. */
  readonly id?: string;
  readonly param?: string;
}

/** not_sent: the engine was not asked · unanswered: the engine was asked, and the effect is unknown. */
export type Exchange =
  | { readonly kind: 'answered'; readonly answers: readonly ControlAnswer[] }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'unanswered' };

/** Silence after which an engine counts as dead. */
const ANSWER_TIMEOUT_MS = 5_000;

type Message = Partial<EngineEvent> & { event?: boolean; response?: boolean; token?: string } & Partial<ControlAnswer>;

/**
 * Single connection to an engine (its module ctrl_tcp). Commands are sent in groups. The engine handles a group in one
 * go, with no network message in between. The next group is sent when the last is answered. The engine's buffer would
 * cut a longer text within a command.
 */
export class ControlLink {
  readonly closed: Promise<void>;
  private readonly reader = new NetstringReader();
  private readonly waiting = new Map<string, (answer: ControlAnswer) => void>();
  private turn: Promise<unknown> = Promise.resolve();
  private lastToken = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly listener: (event: EngineEvent) => void,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk) => this.read(chunk));
  }

  static open(port: number, listener: (event: EngineEvent) => void): Promise<ControlLink> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject).on('error', () => socket.destroy());
        resolve(new ControlLink(socket, listener));
      });
    });
  }

  /** Sends a group of commands. Never rejects. `isWanted` is asked when the group's turn has come. */
  run(commands: readonly ControlCommand[], isWanted: () => boolean = () => true): Promise<Exchange> {
    const exchange = this.turn.then(() => this.exchange(commands, isWanted));
    this.turn = exchange;
    return exchange;
  }

  close(): void {
    this.socket.destroy();
  }

  private async exchange(commands: readonly ControlCommand[], isWanted: () => boolean): Promise<Exchange> {
    if (this.socket.destroyed || !isWanted()) return { kind: 'not_sent' };
    const timer = setTimeout(() => this.socket.destroy(), ANSWER_TIMEOUT_MS);
    const answers = this.send(commands);
    const lost = this.closed.then((): Exchange => ({ kind: 'unanswered' }));
    const answered = Promise.all(answers).then((all): Exchange => ({ kind: 'answered', answers: all }));
    return Promise.race([answered, lost]).finally(() => clearTimeout(timer));
  }

  private send(commands: readonly ControlCommand[]): Promise<ControlAnswer>[] {
    const tokens = commands.map(() => String(++this.lastToken));
    const answers = tokens.map((token) => new Promise<ControlAnswer>((resolve) => this.waiting.set(token, resolve)));
    const texts = commands.map((command, n) => encodeNetstring(JSON.stringify({ ...command, token: tokens[n] })));
    this.socket.write(texts.join(''));
    return answers;
  }

  private read(chunk: Buffer): void {
    try {
      for (const text of this.reader.push(chunk)) this.hear(readMessage(text));
    } catch {
      this.socket.destroy();
    }
  }

  private hear({ event, response, token = '', ok, data, type, ...rest }: Message): void {
    if (event && type !== undefined) return this.listener({ type, ...rest });
    if (!response) return;
    this.waiting.get(token)?.({ ok: ok === true, data: data ?? '' });
    this.waiting.delete(token);
  }
}

/** Reads a message. A foreign INVITE can put any text into an event, so invalid or oversized JSON is ignored. */
function readMessage(text: string): Message {
  try {
    return parseBounded(text, MESSAGE_BOUNDS) as Message;
  } catch {
    return {};
  }
}
