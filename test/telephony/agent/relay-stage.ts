import { Logger } from '@nestjs/common';
import fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { CHAT_LIMITS, ChatModel, type ChatLimits } from '#agent/chat-model.js';
import { ManualClock } from '#agent/manual-clock.fixture.js';
import { PHRASES } from '#agent/relay-session.js';
import type { CallEvent, ConversationTurn } from '#rules/call-event.js';
import type { RelayAgent, RelayCollaborators } from '../../../apps/api/src/telephony/relay-collaborators.js';
import { serveRelay } from '../../../apps/api/src/telephony/relay-endpoint.js';
import { until } from '../../harness/until.js';
import { ChatServer } from './chat-server.js';
import { AUTH_TOKEN, PUBLIC_URL, TwilioLine, type Handshake } from './twilio-line.js';

export const STARTED_AT = new Date('2026-03-02T10:00:00.000Z');
export const GREETING = 'Good morning, this is Example Voice.';

export interface Kept {
  readonly turns: readonly ConversationTurn[];
  readonly isOver: boolean;
}

/** Those who know calls; each can be made to fail. */
export class Ledger implements RelayCollaborators {
  readonly kept: Kept[] = [];
  readonly concluded: CallEvent[] = [];
  readonly agents = new Map<string, RelayAgent>();
  /** How many of the next writes, of either kind, fail; and how many did. */
  failures = 0;
  failed = 0;

  async findAgent(dialerJobId: string): Promise<RelayAgent | null> {
    this.failIfTold();
    return this.agents.get(dialerJobId) ?? null;
  }

  async keepTurns(_dialerJobId: string, turns: readonly ConversationTurn[], isOver: boolean): Promise<void> {
    this.failIfTold();
    this.kept.push({ turns, isOver });
  }

  async conclude(event: CallEvent): Promise<void> {
    this.failIfTold();
    this.concluded.push(event);
  }

  private failIfTold(): void {
    if (this.failures === 0) return;
    this.failures -= 1;
    this.failed += 1;
    throw new Error('the database is away');
  }
}

/** The endpoint in a real server, a model over real HTTP, and a clock that stands still. */
export class RelayStage {
  readonly ledger = new Ledger();
  readonly clock = new ManualClock(STARTED_AT.getTime());

  private constructor(
    readonly chat: ChatServer,
    private readonly server: FastifyInstance,
  ) {}

  static async set(limits: Partial<ChatLimits> = {}, mostSockets = 10): Promise<RelayStage> {
    Logger.overrideLogger(false);
    const chat = await ChatServer.start();
    const server = fastify();
    const stage = new RelayStage(chat, server);
    await serveRelay(server, {
      model: new ChatModel(
        { url: chat.url, apiKey: null, model: 'm-1' },
        { ...CHAT_LIMITS, retryPauseMs: 0, ...limits },
      ),
      clock: stage.clock,
      collaborators: stage.ledger,
      publicUrl: PUBLIC_URL,
      authToken: async () => AUTH_TOKEN,
      silenceSeconds: 10,
      phrases: PHRASES,
      mostSockets,
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    return stage;
  }

  /** A job whose call is on the line. */
  knows(jobId: string, agent: Partial<RelayAgent> = {}): void {
    this.ledger.agents.set(jobId, {
      systemPrompt: 'Ask whether they want to renew.',
      firstMessage: GREETING,
      startedAt: STARTED_AT,
      ...agent,
    });
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** @throws when the handshake is refused. */
  async ring(jobId: string): Promise<TwilioLine> {
    const line = await this.knock({ jobId });
    if (typeof line === 'number') throw new Error(`the handshake was answered ${line}`);
    line.setUp();
    return line;
  }

  knock(handshake: Handshake, headers?: Record<string, string>): Promise<TwilioLine | number> {
    return TwilioLine.connect(this.port, handshake, headers);
  }

  /** Who said what, as it was kept last. */
  get said(): string[] {
    return (this.ledger.kept.at(-1)?.turns ?? []).map(({ role, text }) => `${role}: ${text}`);
  }

  async untilSaid(...lines: string[]): Promise<void> {
    const wanted = JSON.stringify(lines);
    await until(`${wanted} is kept`, async () => JSON.stringify(this.said) === wanted);
  }

  async conclusion(): Promise<CallEvent> {
    return until('there is a conclusion', async () => this.ledger.concluded[0]);
  }

  shutDown(): Promise<void> {
    return this.server.close();
  }

  async strike(): Promise<void> {
    const open = this.server.close();
    this.clock.advance(3_600_000);
    await open;
    await this.chat.close();
  }
}
