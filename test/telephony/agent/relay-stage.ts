import { Logger } from '@nestjs/common';
import fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { CHAT_LIMITS, ChatModel, type ChatLimits } from '#agent/chat-model.js';
import { ManualClock } from '#agent/manual-clock.fixture.js';
import type { RelayAgent, KeptSession, RelayCollaborators } from '../../../apps/api/src/relay/relay-collaborators.js';
import { serveRelay } from '../../../apps/api/src/relay/relay-endpoint.js';
import { until } from '../../support/until.js';
import { ChatServer } from './chat-server.js';
import { AUTH_TOKEN, PUBLIC_URL, TwilioCaller, type Handshake } from './twilio-caller.js';

export const STARTED_AT = new Date('2026-03-02T10:00:00.000Z');
export const GREETING = 'Good morning, this is Example Voice.';

/** Collaborators of the relay that know calls; each can be made to fail. */
export class Ledger implements RelayCollaborators {
  readonly kept: KeptSession[] = [];
  readonly agents = new Map<string, RelayAgent>();
  /** Number of the next writes, of either kind, that fail; `failed` counts those that did. */
  failures = 0;
  failed = 0;

  async openSession(dialerJobId: string): Promise<RelayAgent | null> {
    this.failIfTold();
    const agent = this.agents.get(dialerJobId);
    if (!agent) return null;
    const last = this.kept.findLast((kept) => kept.dialerJobId === dialerJobId);
    const opened = { ...agent, session: agent.session + 1, earlierTurns: last?.turns ?? [] };
    this.agents.set(dialerJobId, opened);
    return opened;
  }

  async keepSession(kept: KeptSession): Promise<void> {
    this.failIfTold();
    this.kept.push(kept);
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
    const server = fastify({ return503OnClosing: false });
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
      mostSockets,
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    return stage;
  }

  /** Adds a dialer job whose call is in progress. */
  knows(jobId: string, agent: Partial<RelayAgent> = {}): void {
    this.ledger.agents.set(jobId, {
      systemPrompt: 'Ask whether they want to renew.',
      firstMessage: GREETING,
      firstWords: null,
      language: null,
      startedAt: STARTED_AT,
      callSid: null,
      session: 0,
      earlierTurns: [],
      ...agent,
    });
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** @throws when the relay rejects the handshake. */
  async ring(jobId: string): Promise<TwilioCaller> {
    const caller = await this.knock({ jobId });
    if (typeof caller === 'number') throw new Error(`the handshake was answered ${caller}`);
    caller.setUp();
    return caller;
  }

  knock(handshake: Handshake, headers?: Record<string, string>): Promise<TwilioCaller | number> {
    return TwilioCaller.connect(this.port, handshake, headers);
  }

  /** Turns as they were stored last, each with the role of its speaker. */
  get said(): string[] {
    return (this.ledger.kept.at(-1)?.turns ?? []).map(({ role, text }) => `${role}: ${text}`);
  }

  async untilSaid(...turns: string[]): Promise<void> {
    const wanted = JSON.stringify(turns);
    await until(`${wanted} is kept`, async () => JSON.stringify(this.said) === wanted);
  }

  /** The last that is written down of a session. */
  ended(): Promise<KeptSession> {
    return until('a session has ended', async () => this.ledger.kept.findLast(({ end }) => end !== null));
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
