import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { WebSocket } from 'ws';
import { until } from '../../support/until.js';

export const AUTH_TOKEN = 'the-primary-token-of-the-account';
export const PUBLIC_URL = 'https://dialer.example.com';

export const CALL_SID = 'CA0123456789abcdef0123456789abcdef';

const PATH = '/api/v1/telephony/twilio/relay';

interface Sent {
  readonly type: string;
  readonly token?: string;
  readonly last?: boolean;
  readonly handoffData?: string;
}

/** Address and signature of a connection to the relay; Twilio's own values stand for absent fields. */
export interface Handshake {
  readonly jobId: string;
  readonly signedUrl?: string;
  readonly authToken?: string;
}

/** Signs as Twilio does, with Twilio's own function. */
export function signatureOf({ jobId, signedUrl, authToken = AUTH_TOKEN }: Handshake): string {
  const url = signedUrl ?? `${PUBLIC_URL.replace('https', 'wss')}${PATH}/${jobId}`;
  return getExpectedTwilioSignature(authToken, url, {});
}

/** Twilio's side of a conversation, over a real websocket. */
export class TwilioCaller {
  readonly messages: Sent[] = [];
  /** The code with which the socket was closed. */
  readonly closed: Promise<number>;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Sent));
    this.closed = new Promise((resolve) => socket.on('close', resolve));
  }

  /** @returns the caller, or the status with which the handshake was answered instead. */
  static connect(
    port: number,
    handshake: Handshake,
    headers: Record<string, string> = { 'x-twilio-signature': signatureOf(handshake) },
  ): Promise<TwilioCaller | number> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${PATH}/${handshake.jobId}`, { headers });
    const caller = new TwilioCaller(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(caller));
      socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
      socket.on('error', reject);
    });
  }

  tell(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  tellRaw(data: string | Buffer): void {
    this.socket.send(data);
  }

  setUp(callSid = CALL_SID): void {
    this.tell({
      type: 'setup',
      sessionId: 'VX0123456789abcdef',
      callSid,
      from: '+442079460000',
      to: '+442079460001',
      customParameters: {},
    });
  }

  person(voicePrompt: string): void {
    this.tell({ type: 'prompt', voicePrompt, lang: 'en-US', last: true });
  }

  /** All that was to be spoken so far. */
  get spoken(): string {
    return this.messages.map(({ token = '' }) => token).join('');
  }

  async hear(text: string): Promise<void> {
    await until(`"${text}" is to be spoken`, async () => this.spoken.includes(text));
  }

  /** An answer's end, the nth of them. */
  async hearEnd(nth = 1): Promise<void> {
    await until(`${nth} answers have ended`, async () => this.messages.filter(({ last }) => last).length >= nth);
  }

  hangUp(): void {
    this.socket.close(1000);
  }

  /** Resolves when all that was told has arrived: what is sent over a websocket does, in its order. */
  async untilReceived(): Promise<void> {
    this.socket.ping();
    await new Promise((resolve) => this.socket.once('pong', resolve));
  }

  /** Takes nothing any more that comes. */
  freeze(): void {
    this.socket.pause();
  }

  /** Cuts the connection without a goodbye, as when a process or a network dies. */
  die(): void {
    this.socket.terminate();
  }
}
