import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ChatMessage } from '#agent/chat-model.js';

/** Request of a client to the model. */
export interface ChatRequest {
  readonly authorization: string | undefined;
  readonly path: string | undefined;
  readonly body: {
    readonly model: string;
    readonly messages: readonly ChatMessage[];
    readonly stream?: boolean;
    readonly response_format?: { readonly type: string };
  };
}

type Reply = (response: ServerResponse) => void;

/** A model over HTTP that says what it was told to say, request by request. */
export class ChatServer {
  readonly requests: ChatRequest[] = [];
  private readonly replies: Reply[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ChatServer> {
    const server = createServer((request, response) => void chat.handle(request, response));
    const chat = new ChatServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return chat;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** The next requests are answered so, one after the other. */
  will(...replies: Reply[]): void {
    this.replies.push(...replies);
  }

  /** Counts the replies that no client has asked for. */
  get unused(): number {
    return this.replies.length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as ChatRequest['body'];
    this.requests.push({ authorization: request.headers.authorization, path: request.url, body });
    const reply = this.replies.shift() ?? refuse(500);
    reply(response);
  }
}

/** A whole streamed answer. */
export function say(...pieces: string[]): Reply {
  return (response) => {
    const speech = new Speech(response);
    for (const piece of pieces) speech.say(piece);
    speech.finish();
  };
}

/** Answers in one piece, like a model that cannot stream or was not asked to. */
export function answer(content: string): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }] }));
  };
}

/** Rejects the request with a message that is longer than any reader should accept. */
export function refuse(status: number, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'Received API Key = sk-live-42 and a prompt', code: 'refused' } }));
  };
}

/** The connection goes down before anything is answered. */
export const hangUp: Reply = (response) => response.destroy();

export const neverAnswer: Reply = () => undefined;

/** Begins to, and says no more. */
export function beginAnswer(status: number): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.write('{"choices":');
  };
}

/** The connection goes down in the middle. */
export function drop(...pieces: string[]): Reply {
  return (response) => {
    const speech = new Speech(response);
    for (const piece of pieces) speech.say(piece);
    speech.drop();
  };
}

/** Replies piece by piece, whenever the test wants. */
export function speakOnDemand(): { readonly reply: Reply; readonly speech: Promise<Speech> } {
  let begin: (speech: Speech) => void = () => undefined;
  const speech = new Promise<Speech>((resolve) => (begin = resolve));
  return { reply: (response) => begin(new Speech(response)), speech };
}

/** A streamed answer under way. */
export class Speech {
  /** Resolves when the other side does not listen any more. */
  readonly closed: Promise<void>;

  constructor(private readonly response: ServerResponse) {
    this.closed = new Promise((resolve) => response.on('close', resolve));
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    this.event({ choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }] });
  }

  say(piece: string): void {
    this.event({ choices: [{ delta: { content: piece }, finish_reason: null }] });
  }

  event(data: object): void {
    this.response.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  finish(): void {
    this.event({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    this.response.end('data: [DONE]\n\n');
  }

  /** Ends the stream as if that were all. */
  endEarly(): void {
    this.response.end();
  }

  drop(): void {
    this.response.write(': the line is bad\n\n', () => this.response.destroy());
  }
}
