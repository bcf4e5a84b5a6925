import { Logger } from '@nestjs/common';
import type { WebSocket } from '@fastify/websocket';
import type { Clock } from '#agent/clock.js';
import { conclude, type Judge } from '#agent/conclude.js';
import { decodeRelayMessage, encodeAgentMessage, type AgentMessage } from '#agent/relay-protocol.js';
import { RelaySession, type Phrases } from '#agent/relay-session.js';
import type { Speaker } from '#agent/speech.js';
import type { CallEvent } from '#rules/call-event.js';
import { persistently } from './persistently.js';
import type { RelayAgent, RelayCollaborators } from './relay-collaborators.js';
import { reporting } from './reporting-model.js';
import { TurnKeeper } from './turn-keeper.js';

export interface RelayMeans {
  readonly model: Speaker & Judge;
  readonly clock: Clock;
  readonly collaborators: RelayCollaborators;
  readonly silenceSeconds: number;
  readonly phrases: Phrases;
}

/** After `end` it is Twilio that closes; after this long we do. */
const CLOSING_MS = 5_000;

/** Twilio's own limit: https://www.twilio.com/docs/voice/api/call-resource (TimeLimit). */
const LONGEST_CALL_SECONDS = 4 * 3_600;

/** When we shut down, neither Twilio's goodbye nor what the talk came to is waited for longer than this: its transcript is worth more. */
const HURRY_MS = 5_000;

const GOING_AWAY = 1001;

/** One call on the line: its socket, the conversation over it, and what is left to do when it has ended. */
export class RelayCall {
  private readonly logger = new Logger('Relay');
  private readonly session: RelaySession;
  private readonly keeper: TurnKeeper;
  private readonly startedAt: Date;
  private readonly model: Speaker & Judge;
  private readonly hurry = new AbortController();
  private callSid: string | null = null;
  private sessionId = '';
  private endReason = 'hung_up';
  /** Resolves, and never rejects, when all is written down. */
  readonly over: Promise<void>;

  constructor(
    readonly dialerJobId: string,
    private readonly line: { readonly socket: WebSocket; readonly agent: RelayAgent },
    private readonly means: RelayMeans,
  ) {
    const { clock, collaborators } = means;
    this.model = reporting(means.model, (error) => this.warn('The model', String(error)));
    this.startedAt = line.agent.startedAt ?? new Date(clock.now());
    this.keeper = new TurnKeeper(clock, (turns, isOver) => collaborators.keepTurns(dialerJobId, turns, isOver));
    this.session = this.newSession();
    this.over = new Promise((resolve) => line.socket.once('close', () => resolve(this.finish())));
    line.socket.on('message', (data, isBinary) => {
      if (!isBinary) this.hear((data as Buffer).toString());
    });
    this.session.start();
  }

  /** We shut down. */
  leave(): void {
    this.endReason = 'shut_down';
    const { socket } = this.line;
    const callOff = this.means.clock.after(HURRY_MS, () => {
      this.hurry.abort();
      socket.terminate();
    });
    void this.over.then(callOff);
    socket.close(GOING_AWAY);
  }

  private newSession(): RelaySession {
    const { clock, silenceSeconds, phrases } = this.means;
    const { systemPrompt, firstMessage, longestCallSeconds = LONGEST_CALL_SECONDS } = this.line.agent;
    return new RelaySession(
      { systemPrompt, firstMessage, longestCallSeconds, startedAt: this.startedAt, silenceSeconds, phrases },
      { speaker: this.model, clock },
      { send: (message) => this.send(message), turnsChanged: (turns) => this.keeper.keep(turns) },
    );
  }

  private hear(text: string): void {
    const message = decodeRelayMessage(text);
    if (message?.type === 'setup') ({ callSid: this.callSid, sessionId: this.sessionId } = message);
    // What Twilio quotes after a brace is one of our messages, in which somebody speaks.
    if (message?.type === 'error') this.warn('Twilio', message.description.split('{', 1)[0] ?? '');
    if (message) this.session.hear(message);
  }

  private warn(who: string, what: string): void {
    this.logger.warn(`${who}, in the call of dialer job ${this.dialerJobId}: ${what}`);
  }

  private send(message: AgentMessage): void {
    const { socket } = this.line;
    if (socket.readyState === socket.OPEN) socket.send(encodeAgentMessage(message));
    if (message.type !== 'end') return;
    this.endReason = message.reason;
    const callOff = this.means.clock.after(CLOSING_MS, () => socket.close());
    socket.once('close', callOff);
  }

  private async finish(): Promise<void> {
    this.session.close();
    const { turns } = this.session;
    this.logger.log({ dialer_job_id: this.dialerJobId, ended: this.endReason, turns: turns.length });
    if (turns.length > 0) await Promise.all([this.keeper.complete(turns), this.conclude()]);
  }

  private async conclude(): Promise<void> {
    try {
      const event = await this.conclusion();
      await persistently(this.means.clock, () => this.means.collaborators.conclude(event));
    } catch (error) {
      this.logger.error(`What the call of dialer job ${this.dialerJobId} came to is lost: ${String(error)}`);
    }
  }

  private async conclusion(): Promise<CallEvent> {
    const { systemPrompt, timeZone } = this.line.agent;
    const { turns } = this.session;
    const talk = { systemPrompt, startedAt: this.startedAt, timeZone: timeZone ?? 'UTC', turns };
    return {
      eventKey: `relay:${this.sessionId}`,
      dialerJobId: this.dialerJobId,
      providerCallId: this.callSid,
      messages: turns,
      ...(await conclude(this.model, talk, this.hurry.signal)),
      occurredAt: new Date(this.means.clock.now()),
    };
  }
}
