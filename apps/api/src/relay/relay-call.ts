import { Logger } from '@nestjs/common';
import type { WebSocket } from '@fastify/websocket';
import type { Clock } from '#agent/clock.js';
import { decodeRelayMessage, encodeAgentMessage, type AgentMessage } from '#agent/relay-protocol.js';
import { RelaySession } from '#agent/relay-session.js';
import type { Speaker } from '#agent/speech.js';
import { foreignText } from '#runtime/foreign-text.js';
import { isOverAfter, type SessionEnd } from '#rules/access/session-end.js';
import type { RelayAgent, RelayCollaborators } from './relay-collaborators.js';
import { reporting } from './reporting-model.js';
import { TurnKeeper } from './transcript-writer.js';

export interface RelayMeans {
  readonly model: Speaker;
  readonly clock: Clock;
  readonly collaborators: RelayCollaborators;
  readonly silenceSeconds: number;
}

/** After `end` it is Twilio that closes; after this long we do. */
const CLOSING_MS = 5_000;

/** Twilio's own limit: https://www.twilio.com/docs/voice/api/call-resource (TimeLimit). */
const LONGEST_CALL_SECONDS = 4 * 3_600;

/** When we shut down, neither the database nor Twilio's goodbye is waited for longer than this. */
const HURRY_MS = 5_000;

/** Codes of RFC 6455, 7.4.1. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const NO_CODE = 1005;
const POLICY_VIOLATION = 1008;

/** One session of a call's conversation: its socket, what is said over it, and what is left to do when it has ended. */
export class RelayCall {
  private readonly logger = new Logger('Relay');
  private readonly session: RelaySession;
  private readonly keeper: TurnKeeper;
  private readonly startedAt: Date;
  private readonly model: Speaker;
  private end: SessionEnd | null = null;
  /** Resolves, and never rejects, when all is written down. */
  readonly over: Promise<void>;

  constructor(
    readonly dialerJobId: string,
    private readonly line: { readonly socket: WebSocket; readonly agent: RelayAgent },
    private readonly means: RelayMeans,
  ) {
    const { socket, agent } = line;
    this.model = reporting(means.model, (error) => this.warn('The model', foreignText(error)));
    this.startedAt = agent.startedAt ?? new Date(means.clock.now());
    this.keeper = new TurnKeeper(means.clock, (turns, end) => {
      const { hasAnswered } = this.session;
      return means.collaborators.keepSession({ dialerJobId, session: agent.session, turns, hasAnswered, end });
    });
    this.session = this.newSession();
    this.over = new Promise((resolve) => socket.once('close', (code) => resolve(this.finish(code))));
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.hear((data as Buffer).toString());
    });
    this.session.start();
  }

  /** Whether the other side may come back by now. */
  get isClosed(): boolean {
    return this.line.socket.readyState >= this.line.socket.CLOSING;
  }

  /**
   * We shut down. What was said is written down first: another process may go on with it as soon as the socket is
   * closed.
   */
  leave(): void {
    this.end ??= 'shut_down';
    this.session.close();
    const { socket } = this.line;
    const callOff = this.means.clock.after(HURRY_MS, () => socket.terminate());
    void this.over.then(callOff);
    void this.keeper.idle().then(() => socket.close(GOING_AWAY));
  }

  private newSession(): RelaySession {
    const { clock, silenceSeconds } = this.means;
    const { longestCallSeconds = LONGEST_CALL_SECONDS, ...agent } = this.line.agent;
    return new RelaySession(
      { ...agent, longestCallSeconds, startedAt: this.startedAt, silenceSeconds },
      { speaker: this.model, clock },
      { send: (message) => this.send(message), turnsChanged: (turns) => this.keeper.keep(turns) },
    );
  }

  private hear(text: string): void {
    const message = decodeRelayMessage(text);
    if (message?.type === 'setup' && !this.isOurs(message.callSid)) return this.refuse();
    // What Twilio quotes after a brace is one of our messages, in which somebody speaks.
    if (message?.type === 'error') this.warn('Twilio', foreignText(message.description.split('{', 1)[0] ?? ''));
    if (message) this.session.hear(message);
  }

  private isOurs(callSid: string | null): boolean {
    const { callSid: known } = this.line.agent;
    return known === null || callSid === known;
  }

  private refuse(): void {
    this.warn('Twilio', 'it is another call that has come.');
    this.session.close();
    this.line.socket.close(POLICY_VIOLATION);
  }

  private warn(who: string, what: string): void {
    this.logger.warn(`${who}, in the call of dialer job ${this.dialerJobId}: ${what}`);
  }

  private send(message: AgentMessage): void {
    const { socket } = this.line;
    if (socket.readyState === socket.OPEN) socket.send(encodeAgentMessage(message));
    if (message.type !== 'end') return;
    this.end = message.reason;
    if (message.reason === 'too_long') return socket.close(POLICY_VIOLATION);
    const callOff = this.means.clock.after(CLOSING_MS, () => socket.close());
    socket.once('close', callOff);
  }

  /** What it came to is found out once the call is over, by the worker. */
  private async finish(code: number): Promise<void> {
    this.session.close();
    const { turns } = this.session;
    const end = this.endAfter(code);
    this.logger.log({ dialer_job_id: this.dialerJobId, ended: end, turns: turns.length });
    await this.keeper.complete(turns, end);
  }

  /** Whoever hangs up on an agent that had no answer has not been talked with. */
  private endAfter(code: number): SessionEnd {
    const end = this.end ?? (code === NORMAL || code === NO_CODE ? 'hung_up' : 'lost');
    return isOverAfter(end) && this.session.isUnanswered ? 'model_failed' : end;
  }
}
